"""Zoos without a list of their models, or with one too long: for each package what is built in which file, and its inputs.

The names in an expression are those of the file.  Inputs without fractions (token ids) are tried where floats are refused.
Where they are unpacked beside zoo_truth.py's: ``pip install --no-deps --target SITE segmentation_models_pytorch==0.6.0
torchaudio==2.11.1 transformers==5.24.0 monai==1.6.1 vit-pytorch==1.26.14 timm==1.0.31 torchvision==0.28.0`` and what these
import.
"""

from __future__ import annotations

from zoo_rows_unseen import UNSEEN, Given

__all__ = ["ROWS"]

IMAGE = (1, 3, 224, 224)
SMALL = (1, 3, 64, 64)
TOKENS = (2, 16)
VOLUME = (1, 1, 64, 64, 64)

_SMP = "segmentation_models_pytorch/__init__.py"
_MONAI = "monai/networks/nets/{}.py"
_HF = "transformers/models/{0}/modeling_{0}.py"
_VIT = "vit_pytorch/{}.py"
_VIT_ARGUMENTS = "image_size=224, patch_size=16, num_classes=10, dim=128, depth=3, heads=4, mlp_dim=256"

ROWS: dict[str, tuple[tuple[str, str, Given], ...]] = {
    **UNSEEN,
    "segmentation_models_pytorch": tuple(
        (_SMP, f"{decoder}({encoder!r}, encoder_weights=None, classes=5)", ((2, 3, 224, 224),))
        for decoder, encoder in (
            ("Unet", "resnet34"), ("Unet", "efficientnet-b0"), ("Unet", "vgg11"), ("Unet", "densenet121"),
            ("Unet", "mobilenet_v2"), ("Unet", "tu-resnet18"), ("Unet", "dpn68"), ("Unet", "se_resnet50"),
            ("Unet", "xception"), ("Unet", "mobileone_s0"), ("UnetPlusPlus", "resnet18"), ("MAnet", "resnet18"),
            ("Linknet", "resnet34"), ("FPN", "resnet50"), ("PSPNet", "resnet18"), ("DeepLabV3", "resnet18"),
            ("DeepLabV3Plus", "resnet50"), ("PAN", "resnet18"), ("UPerNet", "resnet18"), ("Segformer", "mit_b0"),
            ("DPT", "tu-vit_base_patch16_224.augreg_in21k"),
        )
    ),
    "torchaudio": (
        ("torchaudio/models/conv_tasnet.py", "ConvTasNet()", ((2, 1, 8000),)),
        ("torchaudio/models/conv_tasnet.py", "conv_tasnet_base()", ((2, 1, 8000),)),
        ("torchaudio/models/deepspeech.py", "DeepSpeech(64)", ((2, 1, 100, 64),)),
        ("torchaudio/models/wav2letter.py", "Wav2Letter()", ((2, 1, 16000),)),
        ("torchaudio/models/wav2letter.py", "Wav2Letter(input_type='mfcc', num_features=13)", ((2, 13, 400),)),
        ("torchaudio/models/wavernn.py", "WaveRNN([5, 5, 8], 512, 200)", ((2, 1, 1200), (2, 1, 128, 10))),
        ("torchaudio/models/wav2vec2/model.py", "wav2vec2_base()", ((2, 16000),)),
        ("torchaudio/models/wav2vec2/model.py", "hubert_large()", ((2, 16000),)),
        ("torchaudio/models/wav2vec2/model.py", "wav2vec2_large_lv60k(aux_num_out=32)", ((2, 16000),)),
        ("torchaudio/models/wav2vec2/model.py", "wavlm_base()", ((2, 16000),)),
        ("torchaudio/models/_hdemucs.py", "hdemucs_low(['drums', 'bass'])", ((1, 2, 44100),)),
        ("torchaudio/models/_hdemucs.py", "hdemucs_high(['drums', 'bass', 'other'])", ((1, 2, 44100),)),
        ("torchaudio/models/emformer.py", "Emformer(512, 8, 2048, 4, 16, right_context_length=4)", ((2, 68, 512), (2,))),
        ("torchaudio/models/tacotron2.py", "_Postnet(80, 512, 5, 5)", ((2, 80, 40),)),
        ("torchaudio/models/squim/objective.py", "squim_objective_base()", ((2, 16000),)),
        ("torchaudio/models/rnnt.py", "_Predictor(32, 64, 16, 2, 64, 0.3, True)", ((2, 10), (2,))),
    ),
    "transformers": (
        (_HF.format("bert"), "BertModel(BertConfig())", (TOKENS,)),
        (_HF.format("bert"), "BertForSequenceClassification(BertConfig(num_hidden_layers=2))", (TOKENS,)),
        (_HF.format("gpt2"), "GPT2Model(GPT2Config())", (TOKENS,)),
        (_HF.format("vit"), "ViTModel(ViTConfig())", (IMAGE,)),
        (_HF.format("resnet"), "ResNetModel(ResNetConfig())", (IMAGE,)),
        (_HF.format("swin"), "SwinModel(SwinConfig())", (IMAGE,)),
        (_HF.format("convnext"), "ConvNextForImageClassification(ConvNextConfig())", (IMAGE,)),
        (_HF.format("roberta"), "RobertaModel(RobertaConfig())", (TOKENS,)),
        (_HF.format("distilbert"), "DistilBertModel(DistilBertConfig())", (TOKENS,)),
        (_HF.format("segformer"), "SegformerModel(SegformerConfig())", (IMAGE,)),
        (_HF.format("beit"), "BeitModel(BeitConfig())", (IMAGE,)),
        (_HF.format("deit"), "DeiTModel(DeiTConfig())", (IMAGE,)),
        (_HF.format("wav2vec2"), "Wav2Vec2Model(Wav2Vec2Config())", ((2, 16000),)),
        (_HF.format("llama"), "LlamaModel(LlamaConfig(num_hidden_layers=2, vocab_size=1000))", (TOKENS,)),
        (_HF.format("clip"), "CLIPVisionModel(CLIPVisionConfig())", (IMAGE,)),
        (_HF.format("t5"), "T5EncoderModel(T5Config())", (TOKENS,)),
        (_HF.format("mobilevit"), "MobileViTModel(MobileViTConfig())", ((1, 3, 256, 256),)),
        (_HF.format("dinov2"), "Dinov2Model(Dinov2Config())", (IMAGE,)),
        (_HF.format("electra"), "ElectraModel(ElectraConfig())", (TOKENS,)),
        (_HF.format("regnet"), "RegNetModel(RegNetConfig())", (IMAGE,)),
    ),
    "monai": (
        (_MONAI.format("unet"), "UNet(3, 1, 2, (16, 32, 64, 128), (2, 2, 2), num_res_units=2)", (VOLUME,)),
        (_MONAI.format("basic_unet"), "BasicUNet(3, 1, 2)", (VOLUME,)),
        (_MONAI.format("basic_unetplusplus"), "BasicUNetPlusPlus(2, 3, 2)", (SMALL,)),
        (_MONAI.format("attentionunet"), "AttentionUnet(2, 3, 2, (8, 16, 32), (2, 2))", (SMALL,)),
        (_MONAI.format("densenet"), "DenseNet121(2, 3, 5)", (IMAGE,)),
        (_MONAI.format("resnet"), "resnet18(spatial_dims=3, n_input_channels=1, num_classes=3)", (VOLUME,)),
        (_MONAI.format("resnet"), "resnet50(spatial_dims=2, n_input_channels=3)", (IMAGE,)),
        (_MONAI.format("senet"), "SEResNet50(spatial_dims=2, in_channels=3)", (IMAGE,)),
        (_MONAI.format("efficientnet"), "EfficientNetBN('efficientnet-b0', pretrained=False)", (IMAGE,)),
        (_MONAI.format("segresnet"), "SegResNet(3, 8, 1, 2)", (VOLUME,)),
        (_MONAI.format("segresnet_ds"), "SegResNetDS(3, 8, 1, 2)", (VOLUME,)),
        (_MONAI.format("vnet"), "VNet()", (VOLUME,)),
        (_MONAI.format("dynunet"), "DynUNet(3, 1, 2, [3, 3, 3], [1, 2, 2], [2, 2])", (VOLUME,)),
        (_MONAI.format("highresnet"), "HighResNet(3, 1, 2)", (VOLUME,)),
        (_MONAI.format("vit"), "ViT(1, (64, 64, 64), (16, 16, 16), classification=True)", (VOLUME,)),
        (_MONAI.format("unetr"), "UNETR(1, 2, (64, 64, 64))", (VOLUME,)),
        (_MONAI.format("swin_unetr"), "SwinUNETR(1, 2, feature_size=24)", (VOLUME,)),
        (_MONAI.format("autoencoder"), "AutoEncoder(2, 3, 3, (8, 16), (2, 2))", (SMALL,)),
        (_MONAI.format("flexible_unet"), "FlexibleUNet(3, 2, 'efficientnet-b0')", ((1, 3, 64, 64),)),
        (_MONAI.format("regunet"), "RegUNet(3, 1, 8, 3)", (VOLUME,)),
        (_MONAI.format("mednext"), "MedNeXt(3, 8, 1, 2)", (VOLUME,)),
        (_MONAI.format("classifier"), "Classifier((3, 64, 64), 5, (8, 16), (2, 2))", (SMALL,)),
    ),
    "vit_pytorch": (
        (_VIT.format("vit"), f"ViT({_VIT_ARGUMENTS})", (IMAGE,)),
        (_VIT.format("simple_vit"), f"SimpleViT({_VIT_ARGUMENTS})", (IMAGE,)),
        (_VIT.format("deepvit"), f"DeepViT({_VIT_ARGUMENTS})", (IMAGE,)),
        (_VIT.format("cait"), f"CaiT({_VIT_ARGUMENTS}, cls_depth=2)", (IMAGE,)),
        (_VIT.format("t2t"), "T2TViT(image_size=224, num_classes=10, dim=128, depth=2, heads=4, mlp_dim=256)", (IMAGE,)),
        (_VIT.format("cct"), "cct_7(img_size=224, num_classes=10)", (IMAGE,)),
        (_VIT.format("cvt"), "CvT(num_classes=10)", (IMAGE,)),
        (_VIT.format("twins_svt"), "TwinsSVT(num_classes=10)", (IMAGE,)),
        (_VIT.format("regionvit"), "RegionViT(num_classes=10)", (IMAGE,)),
        (_VIT.format("crossformer"), "CrossFormer(num_classes=10)", (IMAGE,)),
        (_VIT.format("max_vit"), "MaxViT(num_classes=10, dim=32, depth=(1, 1, 1, 1))", (IMAGE,)),
        (
            _VIT.format("mobile_vit"),
            "MobileViT((256, 256), [96, 120, 144], [16, 32, 48, 48, 64, 64, 80, 80, 96, 96, 384], 10)",
            ((1, 3, 256, 256),),
        ),
        (
            _VIT.format("levit"),
            "LeViT(image_size=224, num_classes=10, dim=(64, 96, 128), depth=2, heads=(2, 3, 4), mlp_mult=2)",
            (IMAGE,),
        ),
        (
            _VIT.format("pit"),
            "PiT(image_size=224, patch_size=14, dim=64, num_classes=10, depth=(2, 2, 2), heads=4, mlp_dim=128)",
            (IMAGE,),
        ),
        (
            _VIT.format("nest"),
            "NesT(image_size=224, patch_size=4, dim=48, heads=3, num_hierarchies=3, block_repeats=(2, 2, 4), "
            "num_classes=10)",
            (IMAGE,),
        ),
        (
            _VIT.format("scalable_vit"),
            "ScalableViT(num_classes=10, dim=32, heads=(1, 2, 4, 8), depth=(1, 1, 1, 1), ssa_dim_key=(8, 8, 8, 8), "
            "reduction_factor=(8, 4, 2, 1), window_size=(7, 7, 7, 7))",
            (IMAGE,),
        ),
        (
            _VIT.format("simple_uvit"),
            "SimpleUViT(image_size=224, patch_size=16, num_classes=10, dim=128, depth=4, heads=4, mlp_dim=256)",
            (IMAGE,),
        ),
        (
            _VIT.format("xcit"),
            "XCiT(image_size=224, patch_size=16, num_classes=10, dim=128, depth=2, cls_depth=1, heads=4, mlp_dim=256)",
            (IMAGE,),
        ),
    ),
    "torchvision_tasks": tuple(
        (f"torchvision/models/{file}.py", expression, inputs)
        for file, expression, inputs in (
            ("segmentation/fcn", "fcn_resnet50(weights_backbone=None)", (IMAGE,)),
            ("segmentation/deeplabv3", "deeplabv3_resnet50(weights_backbone=None)", (IMAGE,)),
            ("segmentation/deeplabv3", "deeplabv3_mobilenet_v3_large(weights_backbone=None)", (IMAGE,)),
            ("segmentation/lraspp", "lraspp_mobilenet_v3_large(weights_backbone=None)", (IMAGE,)),
            ("video/resnet", "r3d_18()", ((1, 3, 8, 56, 56),)),
            ("video/resnet", "r2plus1d_18()", ((1, 3, 8, 56, 56),)),
            ("video/s3d", "s3d()", ((1, 3, 16, 224, 224),)),
            ("video/mvit", "mvit_v2_s()", ((1, 3, 16, 224, 224),)),
            ("video/swin_transformer", "swin3d_t()", ((1, 3, 8, 112, 112),)),
            ("quantization/resnet", "resnet18()", (IMAGE,)),
            ("quantization/mobilenetv2", "mobilenet_v2()", (IMAGE,)),
            ("optical_flow/raft", "raft_small()", ((1, 3, 128, 128), (1, 3, 128, 128))),
        )
    ),
}  # fmt: skip
"""By package: file, expression, the sizes of its inputs."""
