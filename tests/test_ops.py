"""Every operator agrees with torch: equal shapes, or both reject; and what is said of symbols is true of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ops_arguments as args
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ops_oracle import ODD, compare_op, with_odd_arguments
from oracle import cases

from shapelint import ops
from shapelint.ops.declare import Op, expand

_FLOAT_UNARY = (
    "{abs,absolute,neg,negative,ceil,floor,trunc,fix,sign,sgn,square,exp,exp2,expm1,log,log2,log10,log1p,sqrt,rsqrt,"
    "reciprocal,sin,cos,tan,tanh,sigmoid,deg2rad,rad2deg,round,acos,asin,atan,cosh,erf,erfc,frac,logit,sinc,sinh}"
)
_POOL_ARGUMENTS = ("max_pool", "avg_pool")

STRATEGIES: dict[str, Callable[..., args.Case]] = {
    f"{{torch,Tensor}}.{_FLOAT_UNARY}": args.unary,
    f"Tensor.{_FLOAT_UNARY}_": args.unary,
    "{torch,Tensor}.{positive,angle,digamma,erfinv,lgamma,isfinite,isinf,isnan,isneginf,isposinf,isreal,logical_not,signbit}": args.unary,
    "{torch,Tensor}.{clone,detach,conj,conj_physical,resolve_conj,resolve_neg,nan_to_num,relu,i0}": args.unary,
    "Tensor.{contiguous,cpu,requires_grad_,zero_,normal_,uniform_,exponential_,detach_,relu_,int,long,float,bool,double,half,bfloat16,short,char,byte,cfloat}": args.unary,
    "{torch,Tensor}.bitwise_not": args.integers,
    "torch.{zeros,ones,empty,rand,randn}_like": args.unary,
    "torch.full_like": args.filled_like,
    "torch.randint_like": lambda draw: ([*args.unary(draw)[0], 5], {}),
    "{torch,Tensor}.{ravel,adjoint,t,isreal,numel}": args.unary,
    "Tensor.{nelement,dim,ndimension,t_}": args.unary,
    "Tensor.{__len__,tolist}": args.unary,
    "Tensor.size": args.sized,
    "torch.atleast_{1,2,3}d": args.unary,
    "F.{relu,relu6,hardsigmoid,hardswish,mish,selu,silu,logsigmoid,sigmoid,tanh,softsign,tanhshrink,elu,celu,gelu,leaky_relu,hardtanh,hardshrink,softshrink,softplus,rrelu,alpha_dropout,feature_alpha_dropout}": lambda draw: (
        [T2(draw)],
        {},
    ),
    "F.{elu_,celu_,relu_,selu_,leaky_relu_,hardtanh_,rrelu_}": lambda draw: ([T2(draw)], {}),
    "torch.{rrelu,celu,selu,hardshrink,threshold_}": lambda draw: ([T2(draw)], {}),
    "F.threshold": lambda draw: ([T2(draw), 0.1, 2], {}),
    "{torch,Tensor}.{add,sub,subtract,mul,multiply,div,divide,true_divide,floor_divide,remainder,eq,ne,not_equal,lt,less,le,less_equal,gt,greater,ge,greater_equal,maximum,fmax,minimum,fmin,logical_and,logical_or,logical_xor,fmod,pow,isclose,atan2,arctan2,xlogy,logaddexp,logaddexp2,nextafter,copysign,hypot,heaviside,float_power}": args.binary,
    "Tensor.{add,sub,subtract,mul,multiply,div,divide,true_divide,floor_divide,remainder,eq,ne,not_equal,lt,le,gt,ge,logical_and,logical_or,logical_xor,fmod,pow,atan2,xlogy,nextafter,copysign,hypot,heaviside}_": args.binary,
    "Tensor.{__add__,__radd__,__sub__,__rsub__,__mul__,__rmul__,__truediv__,__floordiv__,__mod__,__eq__,__ne__,__lt__,__le__,__gt__,__ge__,__pow__}": args.binary,
    "torch.rsub": args.binary,
    "{torch,Tensor}.{bitwise_and,bitwise_or,bitwise_xor,bitwise_left_shift,bitwise_right_shift,gcd,lcm}": args.binary_integers,
    "Tensor.{bitwise_and,bitwise_or,bitwise_xor,gcd,lcm}_": args.binary_integers,
    "{torch,Tensor}.{clamp,clip,lerp}": args.ternary,
    "Tensor.{clamp_,clip_,lerp_}": args.ternary,
    "{torch,Tensor}.{addcmul,addcdiv}": args.ternary,
    "Tensor.{addcmul_,addcdiv_}": args.ternary,
    "{torch,Tensor}.{clamp_min,clamp_max}": args.binary,
    "torch.where": args.conditional,
    "torch.broadcast_tensors": args.spread,
    "{torch,Tensor}.{allclose,dist}": args.binary,
    "Tensor.{view,reshape}": args.view,
    "torch.reshape": args.view_function,
    "Tensor.{view_as,reshape_as}": args.view_as,
    "{torch,Tensor}.flatten": args.flatten,
    "{torch,Tensor}.unflatten": args.unflatten,
    "{torch,Tensor}.permute": args.permute,
    "{torch,Tensor}.{transpose,swapaxes,swapdims}": args.two_places,
    "Tensor.{transpose_,swapaxes_}": args.two_places,
    "{torch,Tensor}.{movedim,moveaxis}": args.movedim,
    "{torch,Tensor}.unsqueeze": args.new_place,
    "{torch,Tensor}.squeeze": args.squeeze,
    "Tensor.expand": args.expand,
    "{torch,Tensor}.broadcast_to": args.expand,
    "Tensor.expand_as": args.copied,
    "Tensor.repeat": args.repeat,
    "{torch,Tensor}.tile": args.repeat,
    "{torch,Tensor}.repeat_interleave": args.repeat_interleave,
    "torch.{cat,concat,concatenate}": args.cat,
    "torch.stack": args.stack,
    "torch.{hstack,vstack,row_stack,dstack,column_stack}": args.several,
    "torch.block_diag": args.matrices,
    "torch.meshgrid": args.meshgrid,
    "torch.cartesian_prod": args.vectors,
    "{torch,Tensor}.split": args.split,
    "{torch,Tensor}.chunk": args.even_chunk,
    "{torch,Tensor}.tensor_split": args.tensor_split,
    "{torch,Tensor}.{hsplit,vsplit}": args.even_split,
    "{torch,Tensor}.unbind": args.one_place,
    "{torch,Tensor}.{narrow,narrow_copy}": args.narrow,
    "{torch,Tensor}.select": args.select,
    "{torch,Tensor}.{sum,nansum,mean,nanmean,amax,amin,any,all,std,var}": args.reduction,
    "{torch,Tensor}.logsumexp": args.reduction_with_place,
    "{torch,Tensor}.{prod,argmax,argmin,median,nanmedian}": args.reduction_of_one,
    "{torch,Tensor}.mode": args.kept_mode,
    "{torch,Tensor}.aminmax": args.reduction_of_one,
    "{torch,Tensor}.{max,min}": args.extreme,
    "{torch,Tensor}.count_nonzero": args.counted,
    "{torch,Tensor}.kthvalue": args.kthvalue,
    "torch.{std_mean,var_mean}": args.reduction,
    "{torch,Tensor}.norm": args.norm,
    "torch.linalg.{norm,vector_norm}": args.linear_norm,
    "{torch,Tensor}.{quantile,nanquantile}": args.quantile,
    "torch.{zeros,ones,empty,rand,randn}": args.made_of_sizes,
    "Tensor.{new_zeros,new_ones,new_empty}": args.new_of_sizes,
    "Tensor.new": args.new,
    "torch.full": args.made_of_tuple,
    "Tensor.new_full": args.new_full,
    "torch.randint": args.randint,
    "torch.{randperm,hann_window,hamming_window,nn.Transformer.generate_square_subsequent_mask}": args.one_size,
    "torch.fft.{fftfreq,rfftfreq}": args.positive_size,
    "torch.eye": args.eye,
    "torch.arange": args.arange,
    "torch.{linspace,logspace}": args.linspace,
    "torch.{tensor,as_tensor}": args.nested,
    "torch.normal": args.sampled,
    "torch.linalg.matmul": args.multiplied,
    "{torch,Tensor}.matmul": args.multiplied,
    "{torch,Tensor}.mm": args.mm,
    "{torch,Tensor}.bmm": args.bmm,
    "{torch,Tensor}.mv": args.mv,
    "{torch,Tensor}.{dot,vdot,inner}": args.dot,
    "{torch,Tensor}.addmm": args.addmm,
    "{torch,Tensor}.baddbmm": args.baddbmm,
    "{torch,Tensor}.addbmm": args.addbmm,
    "{torch,Tensor}.addmv": args.addmv,
    "{torch,Tensor}.{outer,ger}": args.outer,
    "torch.tensordot": args.tensordot,
    "{torch,Tensor}.kron": args.binary,
    "torch.{cross,linalg.cross}": args.cross,
    "torch.cdist": args.cdist,
    "{torch,Tensor}.{pinverse,matrix_exp,det,logdet,slogdet}": args.square,
    "torch.linalg.{pinv,matrix_exp,det,slogdet}": args.square,
    "{torch,Tensor}.trace": args.plain_matrix,
    "{torch,Tensor}.diagonal": args.diagonal,
    "{torch,Tensor}.diag": args.diag,
    "{torch,Tensor}.diag_embed": args.diag_embed,
    "{torch,Tensor}.diagflat": args.offset,
    "{torch,Tensor}.{tril,triu}": args.matrix,
    "torch.linalg.multi_dot": args.chain,
    "torch.linalg.matrix_norm": args.matrix,
    "torch.linalg.diagonal": args.matrix,
    "torch.linalg.vecdot": args.similar,
    "{torch,Tensor}.matrix_power": lambda draw: ([*args.square(draw)[0], 2], {}),
    "torch.linalg.matrix_power": lambda draw: ([*args.square(draw)[0], 2], {}),
    "{torch,Tensor}.msort": args.unary,
    "F.{softmax,log_softmax,softmin}": args.along,
    "{torch,Tensor}.{softmax,log_softmax}": args.along,
    "F.gumbel_softmax": lambda draw: ([args.along(draw)[0][0]], {}),
    "F.normalize": args.normalized,
    "{F,torch}.cosine_similarity": args.similar,
    "F.pairwise_distance": args.distance,
    "{F,torch}.pdist": args.pdist,
    "F.one_hot": args.one_hot,
    "F.pad": args.pad,
    "torch.constant_pad_nd": args.constant_pad,
    "F.scaled_dot_product_attention": args.attention,
    "F.grid_sample": args.grid_sample,
    "F.affine_grid": args.affine_grid,
    **{f"{{F,torch}}.conv{n}d": args.convolution(n) for n in (1, 2, 3)},
    **{f"{{F,torch}}.conv_transpose{n}d": args.convolution(n, True) for n in (1, 2, 3)},
    **{f"F.{name}{n}d": args.pool(n) for n in (1, 2, 3) for name in _POOL_ARGUMENTS},
    **{f"F.max_pool{n}d_with_indices": args.pool(n) for n in (1, 2, 3)},
    **{f"F.lp_pool{n}d": args.power_pool(n) for n in (1, 2, 3)},
    **{f"F.adaptive_{kind}_pool{n}d": args.adaptive(n) for n in (1, 2, 3) for kind in ("avg", "max")},
    "F.interpolate": args.interpolate,
    "{F,torch}.{pixel_shuffle}": args.shuffled,
    "{F,torch}.{pixel_unshuffle}": args.unshuffled,
    "{F,torch}.channel_shuffle": args.shuffled,
    "F.unfold": args.unshuffled,
    "F.glu": args.along,
    "F.linear": args.linear,
    "F.bilinear": args.bilinear,
    "F.embedding": args.embedding,
    "F.{layer_norm,rms_norm}": args.layer_norm,
    "F.group_norm": args.group_norm,
    "F.batch_norm": args.batch_norm,
    "F.prelu": args.prelu,
    "F.{mse_loss,l1_loss,smooth_l1_loss,huber_loss,soft_margin_loss,kl_div,poisson_nll_loss,binary_cross_entropy,binary_cross_entropy_with_logits,hinge_embedding_loss}": args.loss,
    "F.{cross_entropy,nll_loss}": args.classes,
    "{torch,Tensor}.index_select": args.picked,
    "{torch,Tensor}.gather": args.gathered,
    "{torch,Tensor}.{scatter,scatter_add}": args.scattered,
    "Tensor.{scatter_,scatter_add_}": args.scattered,
    "{torch,Tensor}.scatter_reduce": args.scattered_reduced,
    "{torch,Tensor}.index_fill": args.filled_places,
    "{torch,Tensor}.{index_add,index_copy}": args.added_places,
    "{torch,Tensor}.masked_fill": args.masked,
    "Tensor.masked_fill_": args.masked,
    "{torch,Tensor}.masked_select": args.masked_select,
    "{torch,Tensor}.{nonzero,argwhere}": args.nonzero,
    "{torch,Tensor}.take": args.taken,
    "{torch,Tensor}.take_along_dim": args.taken_along,
    "Tensor.copy_": args.copied,
    "Tensor.fill_": args.filled,
    "{torch,Tensor}.{sort,argsort}": args.sort,
    "{torch,Tensor}.topk": args.topk,
    "{torch,Tensor}.{cumsum,cumprod,logcumsumexp,cummax,cummin}": args.along,
    "{torch,Tensor}.flip": args.flip,
    "{torch,Tensor}.{fliplr,flipud}": args.unary,
    "{torch,Tensor}.roll": args.roll,
    "{torch,Tensor}.rot90": args.rot90,
    "Tensor.unfold": args.unfold,
    "{torch,Tensor}.{unique,unique_consecutive}": args.unary,
    "{torch,Tensor}.diff": args.diff,
    "torch.combinations": args.combinations,
    "{torch,Tensor}.multinomial": args.multinomial,
    "torch.einsum": args.einsum,
    "torch.fft.{fft,ifft,rfft,irfft,hfft}": args.fourier,
    "torch.fft.{fft2,ifft2,rfft2,irfft2,fftn,ifftn,rfftn,irfftn}": args.fourier_many,
    "torch.fft.{fftshift,ifftshift}": args.unary,
    "torch.view_as_complex": args.pairs,
    "torch.linalg.{svdvals,qr}": args.matrix,
    "torch.linalg.svd": args.matrix,
    "{torch,Tensor}.svd": args.matrix,
    "torch.linalg.{eigvals,eigh}": args.matrix,
    "torch.{nan_to_num_,detach_,zero_,detach_copy,alias_copy,real}": args.unary,
    "torch.{dropout,alpha_dropout,feature_dropout,dropout_}": args.dropped,
    "{torch,Tensor}.bernoulli": args.unary,
    "{torch,Tensor}.equal": args.binary,
    "torch.{complex,polar}": args.binary,
    "F.fractional_max_pool2d": args.fractional(2),
    "F.fractional_max_pool3d": args.fractional(3),
    "F.fractional_max_pool2d_with_indices": args.fractional(2),
    **{f"F.adaptive_max_pool{n}d_with_indices": args.adaptive(n) for n in (1, 2, 3)},
    **{f"F.max_unpool{n}d": args.unpooled(n) for n in (1, 2, 3)},
    "F.fold": args.folded,
    "F.local_response_norm": args.response,
    "F.{upsample,upsample_nearest,upsample_bilinear}": args.upsampled,
    "F.instance_norm": args.instance_norm,
    "F.multi_margin_loss": args.dense_classes,
    "F.multilabel_margin_loss": args.multi_labels,
    "F.multilabel_soft_margin_loss": args.same_shapes(2),
    "F.{margin_ranking_loss,triplet_margin_loss,triplet_margin_with_distance_loss}": args.same_shapes(3),
    "F.gaussian_nll_loss": args.same_shapes(3, 0),
    "F.cosine_embedding_loss": args.labelled_pairs,
    "F.embedding_bag": args.bag,
    "torch.isin": args.binary,
    "torch.bucketize": args.bounded,
    "torch.searchsorted": args.sorted_first,
    "{torch,Tensor}.renorm": args.renormed,
    "{torch,Tensor}.bincount": args.row,
    "{torch,Tensor}.histc": args.unary,
    "torch.fft.ihfft": args.fourier,
    "torch.fft.{hfft2,ihfft2}": args.fourier_many,
    "Tensor.item": args.one_element,
    "Tensor.type_as": args.binary,
}


KNOWN_SIZES: dict[str, Callable[..., args.Case]] = {
    "{torch,Tensor}.chunk": args.chunk,
}
"""Calls whose symbolic result holds only for sizes that are not too small."""


def T2(draw: Any) -> Any:
    return args.unary(draw)[0][0]


def declarations_of(pattern: str) -> list[Op]:
    found = []
    for name in expand(pattern):
        if name.startswith("Tensor."):
            op = ops.METHODS.get(name.removeprefix("Tensor."))
        else:
            full = name.replace("F.", "torch.nn.functional.", 1) if name.startswith("F.") else name
            op = ops.FUNCTIONS.get(full)
        if op is not None:
            found.append(op)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("pattern", STRATEGIES)
def test_generated_calls_agree_with_torch(pattern: str) -> None:
    """Whatever arguments: equal shapes, or both reject; symbols, unknown ranks and unknown arguments never lie."""
    declared = declarations_of(pattern)
    assert declared

    @settings(max_examples=cases(max(25, 4 * len(declared))))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(declared)) if len(declared) > 1 else declared[0]
        compare_op(op, *STRATEGIES[pattern](data.draw))

    agree()


@pytest.mark.parametrize("pattern", KNOWN_SIZES)
def test_generated_calls_of_known_sizes_agree_with_torch(pattern: str) -> None:
    """Of known sizes these agree in every corner."""
    declared = declarations_of(pattern)

    @settings(max_examples=cases(60))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(declared))
        compare_op(op, *KNOWN_SIZES[pattern](data.draw), relaxed=False)

    agree()


@pytest.mark.slow
@pytest.mark.parametrize("pattern", STRATEGIES)
def test_arguments_of_wrong_types_are_refused_or_unknown(pattern: str) -> None:
    """A string for a dim, None for a tensor, an infinite size: nothing that a program passes ends the run."""
    declared = declarations_of(pattern)

    @settings(max_examples=cases(20))
    @given(st.data())
    def survive(data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(declared))
        given, named = STRATEGIES[pattern](data.draw)
        names = [*range(len(given)), *(n for n in op.signature.positional[len(given) :] if n not in named), *named]
        with_odd_arguments(
            op, given, named, data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(ODD), min_size=1))
        )

    survive()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(name for name in ops.FUNCTIONS if name.startswith("numpy.")), *ops.EINOPS])
def test_arguments_of_wrong_types_of_numpy_and_einops_are_refused_or_unknown(name: str) -> None:
    """Whatever is passed, in all places at once."""
    op = ops.FUNCTIONS[name] if name in ops.FUNCTIONS else ops.EINOPS[name]
    most = len(op.signature.positional) + 2 * (op.signature.rest is not None)

    @settings(max_examples=cases(60))
    @given(st.lists(st.sampled_from(ODD), max_size=most))
    def survive(odd: list[int]) -> None:
        with_odd_arguments(op, [None] * len(odd), {}, dict(enumerate(odd)))

    survive()


def test_names_exist_in_torch() -> None:
    """A name that torch does not have is not declared."""
    for op in ops.METHODS.values():
        assert hasattr(torch.Tensor, op.name) or op.name in ops.ARRAY_METHODS, op.name
    for name in ops.FUNCTIONS:
        found: Any = torch
        if name.startswith("numpy."):
            continue
        for part in name.split(".")[1:]:
            found = getattr(found, part)


UNCOMPARED = {
    "torch.inverse": "a singular matrix has none; see test_ops_schemas",
    "torch.linalg.inv": "a singular matrix has none; see test_ops_schemas",
    "torch.cholesky": "a matrix that is not positive definite has none; see test_ops_schemas",
    "torch.linalg.cholesky": "a matrix that is not positive definite has none; see test_ops_schemas",
    "torch.hinge_embedding_loss": "as torch.nn.functional.hinge_embedding_loss; see test_ops_schemas",
    "torch.margin_ranking_loss": "as torch.nn.functional.margin_ranking_loss; see test_ops_schemas",
    "torch.cosine_embedding_loss": "as torch.nn.functional.cosine_embedding_loss; see test_ops_schemas",
    "torch.triplet_margin_loss": "as torch.nn.functional.triplet_margin_loss; see test_ops_schemas",
    "torch.dequantize": "quantized tensors only",
    "torch.tril_indices": "the number of entries is not stated",
    "torch.from_numpy": "takes an array: see test_ops_elements",
    "torch.Tensor": "a class: see test_ops_elements",
    "torch.LongTensor": "a class: see test_ops_elements",
    "torch.linalg.solve": "only one form of it is stated",
    "torch.is_floating_point": "gives no shape",
    "torch.is_tensor": "gives no shape",
    "torch.broadcast_shapes": "takes no tensor: see test_shapes",
    "torch.nn.functional.multi_head_attention_forward": "twenty arguments; the layer is compared",
    "torch.nn.functional.fractional_max_pool3d_with_indices": "as in two dimensions",
    "torch.group_norm": "as torch.nn.functional.group_norm",
    "torch.nn.functional.ctc_loss": "the layer is compared",
    "torch.nn.functional.linear_cross_entropy": "the layer is compared",
    "torch.index_put": "the shape stays",
    "torch.masked_scatter": "what it takes depends on the elements",
    "torch.put": "the shape stays",
    "torch.select_scatter": "the shape stays",
    "torch.slice_scatter": "the shape stays",
    "torch.fft.hfftn": "as hfft2",
    "torch.fft.ihfftn": "as ihfft2",
    "torch.view_as_real": "complex inputs only; two more numbers",
    "torch.stft": "compared in test_spectra.py",
    "torch.istft": "compared in test_spectra.py",
    "backward": "gives nothing; see fixtures/repairs/accepted_forms.py",
    "__setstate__": "gives nothing",
    "type": "gives a name or keeps the shape",
    "numpy": "an array of the same shape",
    "new_tensor": "as torch.tensor",
    "new": "an old spelling of torch.Tensor",
    "is_contiguous": "gives no shape",
    "fill_diagonal_": "the shape stays",
    "resize_": "what follows is not stated",
    "set_": "what follows is not stated",
}
"""Operators that are not compared with torch one by one, and why; one name stands for all of its declaration."""


def test_every_declaration_is_compared_with_torch_or_says_why_not() -> None:
    """A new operator needs a line in ``STRATEGIES``."""
    compared = {id(op.shape) for pattern in {**STRATEGIES, **KNOWN_SIZES} for op in declarations_of(pattern)}
    excused = {id(op.shape) for name in UNCOMPARED for op in (ops.FUNCTIONS.get(name), ops.METHODS.get(name)) if op}
    missing = [
        op.name
        for op in (*ops.FUNCTIONS.values(), *ops.METHODS.values())
        if id(op.shape) not in compared | excused
        and not op.name.startswith("numpy.")
        and op.name not in ops.ARRAY_METHODS
    ]
    assert not missing
