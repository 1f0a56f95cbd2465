"""The vocabulary of shape comments: which words say input or output, which name sizes, which rule a shape out.

The lists hold the words that a survey of comments in 293 public repositories showed before and within shapes, in the
languages it found.  A word that is missing makes a comment unread; one too many makes prose a shape, so a word is only
added with a comment that needs it.
"""

from __future__ import annotations

import enum
import re
from functools import lru_cache

from .remark import canonical

__all__ = [
    "CHANNELS",
    "WordRole",
    "cjk_roles",
    "is_axis",
    "is_batch",
    "is_known",
    "is_size_name",
    "is_trap",
    "parts_of",
    "roles_of",
]


class WordRole(enum.Enum):
    """What a word before a shape says of it."""

    INPUT = "input"
    OUTPUT = "output"
    STATE = "state"
    SIZE = "size"  # "shape", "size": what follows is a shape
    FILL = "fill"  # says nothing
    PLACE = "place"  # "block 2", "after pool": where, not which value


def _table(**words: str) -> dict[str, frozenset[WordRole]]:
    return {word: frozenset({WordRole[role]}) for role, text in words.items() for word in text.split()}


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROLES = _table(
    INPUT="in input inputs inp inputted entrada entrée eingabe receives",
    OUTPUT="""output outputs out outp outputted result results resulting return returns returned salida saida gives
        produces""",
    STATE="state states tate",
    SIZE="size sizes shape shapes shaped dim dims dimension dimensions dimensionality resolution imgsize imagesize",
    FILL="""is are was be a an the of and now so far we got get have has its it this here current currently will should
        as tensor tensors feature features featuremap map maps fmap volume image images img picture data vector with
        new spatial activation activations becomes become for from original final total each latent noise torch whose
        that long float i e g eg hidden then still expected overall full fixed all going""",
    PLACE="""after layer layers block stage step level conv convd deconv convolution pool pooling maxpool avgpool fc
        linear dense bn relu stem head bottleneck encoder decoder first second third fourth fifth last next previous st
        nd rd upsample upsampling downsample downsampling up down flatten flattened reshape reshaped view permute
        permuted transpose transposed squeeze unsqueeze unfold fold multiply concat cat concatenate concatenated stack
        project projected expand repeat to into set sets change changes add adds ensure make makes convert converts
        converted broadcast broadcasts bring back""",
)

_CJK = _table(
    INPUT="输入 入力 입력",
    OUTPUT="输出 出力 结果 출력 結果 得到",
    STATE="状态",
    SIZE="尺寸 形状 大小 维度 维数 シェイプ サイズ 크기",
    FILL="""的 为 是 图片 图像 图 特征图 特征 数据 张量 变为 变成 此时 当前 最终 最后 了 一个 一张 一幅 现在 上一步 这里
        由 它 即 就是 应该 应为 则 有 向量 矩阵 和 各""",
    PLACE="""经过 之后 后 层 第一层 第二层 第三层 第四层 卷积 卷积层 池化 池化层 全连接 第 一 二 三 四
        五 六 块 阶段 之前 前 从 到""",
)
_LONGEST_CJK = max(map(len, _CJK))

_DTYPES = _set("f64 f32 f16 bf16 i64 i32 i16 i8 u8")
"""Element types as torch.export, torch.compile and XLA print them before a shape: ``f32[8, 64, 32, 32]``."""

CHANNELS = _set("c ch chs chan chans channel channels filters maps")
"""What people write after the number of channels: ``64ch @ 16x16``, ``8x8, 128 channels``."""

_BATCH = _set("B N b n bs bsz batch batchsize nbatch nbatches numbatch minibatch batches mbatchsize")
_AXES = frozenset("BCDGHKLMNPSTW")
_LOWER_AXES = frozenset("bcdfghklmnpqstvw")

_SIZES = _set(
    """num nb size dim dims len length seq sequence batch channel channels chan chans ch chs height width depth hidden
    hid embed embedding embeddings emb feature features feat feats head heads time times timestep timesteps step steps
    vocab vocabulary class classes latent nz ngf ndf nef nc gf df nf in out sample samples frame frames freq freqs bins
    token tokens patch patches anchor anchors box boxes query queries filters units nodes edges image img fmap
    resolution rows cols row col rank nclass hw nh hs ns hd nw ncls ph pw
    gh gw oh ow ih iw kh kw th tw dk dv mels mel bands points point pixels
    voxels joints keypoints electrodes directions layers experts maps windows window words
    word chars spatial space temporal src tgt source target dmodel embd nembd blocks block groups group encoder
    decoder attn attention nlayers bottleneck nbottleneck"""
)
_SIZE_ENDINGS = ("size", "dim", "len", "ngf", "ndf")
_NO_SIZES = _set(
    """x y xy wh xyxy xywh cx cy tx ty var acc accuracy score scores conf obj true false none cuda cpu gpu str int float
    bool list dict tuple tensor key value keys values index idx lr beta momentum eps name names path and or not the is
    of in to a an it rgb bgr red green blue relu conv bn pool prob probs mask masks type kwargs args i j with for from
    by if at as on than use used see note get set train test val optional filename image img pixels words word point
    space block group min max mean std loss label labels"""
)
_NEVER_SIZES = _set(
    """kernel stride strides padding pad pads dilation left right top bottom front back xmin ymin xmax ymax hz ms px
    gb mb kb fps"""
)
_TRAPS = _set(
    """number kernel kernels filter filters stride strides padding paddings pad dilation dilations range ranges value
    values between interval anchor anchors ratio ratios aspect scale scales icon date version window windows grid
    receptive px pixel pixels mm cm crop crops resize resized patch patches gpu gpus times faster slower larger smaller
    bigger mean std normalize normalise normalized normalization betas beta lr epoch epochs iteration iterations
    probability probabilities index indices order axes axis params parameters args arguments permutation weights weight
    bias transform example examples threshold pixelshuffle categories colors colours rgb coordinates coords coordinate
    xyxy xywh"""
)
_CJK_TRAPS = ("卷积核", "步长", "步幅", "填充", "范围", "均值", "比例", "核", "之间", "坐标", "归一化")

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|[^\W\d_]+")


@lru_cache(maxsize=4096)
def parts_of(name: str) -> tuple[str, ...]:
    """The words of an identifier, lower case, without digits: ``nBottleneck``, ``batch_size``, ``imgHeight``."""
    return tuple(part.lower() for part in _WORDS.findall(name))


def is_batch(name: str) -> bool:
    """Whether people write ``name`` for the batch: ``B N b n bs batch batch_size opt.batchSize``."""
    return canonical(name) in _BATCH


def is_axis(name: str) -> bool:
    """Whether ``name`` is an axis letter, perhaps with an index or a prime: ``C``, ``H'``, ``F1``, ``Wh``."""
    bare = name.rstrip("'0123456789")
    if len(bare) == 1:
        return (bare in _LOWER_AXES and not name[-1].isdigit()) or (bare.isupper() and bare not in "XY")
    return 1 < len(bare) <= 3 and bare[0].isupper() and (bare[1:].islower() or _AXES.issuperset(bare))


@lru_cache(maxsize=4096)
def is_size_name(name: str) -> bool | None:
    """True if ``name`` reads as a size, False if it reads as something else (``xmin``), None if one cannot tell."""
    parts = parts_of(name.rpartition(".")[2])
    if not parts or any(part in _NEVER_SIZES for part in parts):
        return False
    if is_batch(name) or is_axis(name):
        return True
    if parts[0] == "n" or (len(parts) > 1 and len(parts[-1]) == 1):
        return parts[-1] not in ("x", "y")  # "n_objects", "n1", "max_h", "d_k"
    if any(part in _SIZES or part.endswith(_SIZE_ENDINGS) for part in parts):
        return not (len(parts) == 1 and parts[0] in _NO_SIZES)
    return False if any(part in _NO_SIZES for part in parts) else None


def is_trap(word: str) -> bool:
    """Whether a word before a list says that it is not a shape: kernels, ranges, ratios, boxes."""
    return any(part in _TRAPS for part in parts_of(word)) or any(trap in word for trap in _CJK_TRAPS)


@lru_cache(maxsize=4096)
def roles_of(word: str) -> frozenset[WordRole] | None:
    """What a word before a shape says; None if it is not in the vocabulary.  ``output_size`` says what both its parts do."""
    if len(word) == 1 and word.isupper():
        return None
    if word[0] == "L" and word[1:].isdigit():
        return frozenset({WordRole.PLACE})  # "L3: 64 x 16 x 16", the third layer
    if word in _DTYPES:
        return frozenset({WordRole.SIZE})
    found: set[WordRole] = set()
    parts = parts_of(word)
    for part in parts:
        roles = _ROLES.get(part)
        if roles is None:
            return None
        found |= roles
    return frozenset(found) if parts else None


def is_known(word: str) -> bool:
    """Whether a word may come before a shape without being the name of the value."""
    return roles_of(word) is not None or word in ("Z", "z")


def cjk_roles(text: str) -> frozenset[WordRole] | None:
    """The same for a piece of Chinese, Japanese or Korean, all of which must be words of the vocabulary."""
    found: set[WordRole] = set()
    at = 0
    while at < len(text):
        for length in range(min(_LONGEST_CJK, len(text) - at), 0, -1):
            roles = _CJK.get(text[at : at + length])
            if roles is not None:
                found |= roles
                at += length
                break
        else:
            return None
    return frozenset(found)
