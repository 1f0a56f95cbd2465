"""Zoos that nobody had looked at before they were measured: rows as in zoo_rows.py.

Inputs may be written out, as for ``--input`` (``2:int64``).

``pip install --no-deps --target SITE diffusers==0.42.1 denoising-diffusion-pytorch==2.3.4 x-transformers==2.31.10
open_clip_torch==3.3.0 speechbrain==1.1.2 asteroid==0.7.0 kornia==0.9.0 pretrainedmodels==0.7.4
efficientnet_pytorch==0.7.1`` and what these import.
"""

from __future__ import annotations

__all__ = ["UNSEEN", "Given"]

Given = tuple[tuple[int, ...] | str, ...]

_IMAGE = (1, 3, 224, 224)
_SMALL = (1, 3, 64, 64)
_TIME = "1:int64"
_D = "diffusers/models/{}.py"
_DENOISING = "denoising_diffusion_pytorch/{}.py"
_X = "x_transformers/{}.py"
_CLIP = "open_clip/{}.py"
_SPEECH = "speechbrain/lobes/models/{}.py"
_ASTEROID = "asteroid/models/{}.py"
_KORNIA = "kornia/{}.py"
_CADENE = "pretrainedmodels/models/{}.py"
_B = "block_out_channels=(32, 64)"
_DOWN = f"{_B}, down_block_types=('DownBlock2D', 'AttnDownBlock2D'), up_block_types=('AttnUpBlock2D', 'UpBlock2D')"
_ENCODERS = "down_block_types=('DownEncoderBlock2D', 'DownEncoderBlock2D'), up_block_types=('UpDecoderBlock2D', 'UpDecoderBlock2D')"
_CROSS = (
    f"{_B}, down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'), "
    "up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D'), cross_attention_dim=48"
)
_VISION = "{'image_size': 64, 'layers': 3, 'width': 128, 'patch_size': 16, 'head_width': 32}"
_TEXT = "{'context_length': 16, 'vocab_size': 1000, 'width': 96, 'heads': 4, 'layers': 2}"

UNSEEN: dict[str, tuple[tuple[str, str, Given], ...]] = {
    "diffusers": (
        (_D.format("unets/unet_2d"), f"UNet2DModel(sample_size=32, {_DOWN})", ((1, 3, 32, 32), _TIME)),
        (_D.format("unets/unet_2d"), "UNet2DModel()", (_SMALL, _TIME)),
        (
            _D.format("unets/unet_2d_condition"),
            f"UNet2DConditionModel(sample_size=32, {_CROSS})",
            ((1, 4, 32, 32), _TIME, (1, 7, 48)),
        ),
        (_D.format("unets/unet_2d_condition"), "UNet2DConditionModel()", ((1, 4, 32, 32), _TIME, (1, 7, 1280))),
        (
            _D.format("unets/unet_3d_condition"),
            f"UNet3DConditionModel({_B}, down_block_types=('CrossAttnDownBlock3D', 'DownBlock3D'), "
            "up_block_types=('UpBlock3D', 'CrossAttnUpBlock3D'), cross_attention_dim=48, attention_head_dim=8)",
            ((1, 4, 4, 32, 32), _TIME, (1, 7, 48)),
        ),
        (_D.format("unets/unet_1d"), "UNet1DModel(sample_size=512, extra_in_channels=64)", ((1, 2, 512), _TIME)),
        (_D.format("autoencoders/autoencoder_kl"), f"AutoencoderKL({_B}, {_ENCODERS})", (_SMALL,)),
        (_D.format("autoencoders/vq_model"), f"VQModel({_B}, {_ENCODERS})", (_SMALL,)),
        (_D.format("autoencoders/autoencoder_tiny"), "AutoencoderTiny()", (_SMALL,)),
        (_D.format("autoencoders/autoencoder_asym_kl"), "AsymmetricAutoencoderKL()", (_SMALL,)),
        (
            _D.format("autoencoders/autoencoder_oobleck"),
            "AutoencoderOobleck(encoder_hidden_size=16, decoder_channels=16, decoder_input_channels=8, "
            "channel_multiples=[1, 2, 4], downsampling_ratios=[2, 4, 8])",
            ((1, 2, 4096),),
        ),
        (
            _D.format("transformers/dit_transformer_2d"),
            "DiTTransformer2DModel(num_attention_heads=4, attention_head_dim=16, num_layers=2, sample_size=16)",
            ((1, 4, 16, 16), _TIME, _TIME),
        ),
        (
            _D.format("transformers/transformer_2d"),
            "Transformer2DModel(num_attention_heads=4, attention_head_dim=16, in_channels=64, num_layers=2, "
            "cross_attention_dim=48)",
            ((1, 64, 16, 16), (1, 7, 48)),
        ),
        (
            _D.format("transformers/transformer_sd3"),
            "SD3Transformer2DModel(sample_size=32, num_layers=2, attention_head_dim=16, num_attention_heads=4, "
            "joint_attention_dim=48, caption_projection_dim=64, pooled_projection_dim=96)",
            ((1, 16, 32, 32), (1, 7, 48), (1, 96), _TIME),
        ),
        (
            _D.format("transformers/pixart_transformer_2d"),
            "PixArtTransformer2DModel(num_attention_heads=4, attention_head_dim=16, num_layers=2, sample_size=32, "
            "cross_attention_dim=64, caption_channels=48, use_additional_conditions=False)",
            ((1, 4, 32, 32), (1, 7, 48), _TIME),
        ),
        (
            _D.format("transformers/sana_transformer"),
            "SanaTransformer2DModel(num_attention_heads=4, attention_head_dim=16, num_layers=2, cross_attention_dim=64, "
            "num_cross_attention_heads=4, cross_attention_head_dim=16, caption_channels=48)",
            ((1, 32, 32, 32), (1, 7, 48), _TIME),
        ),
        (
            _D.format("transformers/transformer_wan"),
            "WanTransformer3DModel(num_attention_heads=2, attention_head_dim=24, text_dim=48, freq_dim=32, ffn_dim=64, "
            "num_layers=2)",
            ((1, 16, 2, 16, 16), _TIME, (1, 7, 48)),
        ),
        (
            _D.format("transformers/auraflow_transformer_2d"),
            "AuraFlowTransformer2DModel(sample_size=32, num_mmdit_layers=1, num_single_dit_layers=2, attention_head_dim=16, "
            "num_attention_heads=4, joint_attention_dim=48, caption_projection_dim=64)",
            ((1, 4, 32, 32), (1, 7, 48), _TIME),
        ),
        (
            _D.format("controlnets/controlnet"),
            f"ControlNetModel({_B}, down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'), cross_attention_dim=48)",
            ((1, 4, 32, 32), _TIME, (1, 7, 48), (1, 3, 256, 256), "1.0"),
        ),
        (
            _D.format("transformers/prior_transformer"),
            "PriorTransformer(num_attention_heads=4, num_layers=2)",
            ((1, 768), _TIME, (1, 768), (1, 77, 768)),
        ),
    ),
    "lucidrains": (
        (_DENOISING.format("denoising_diffusion_pytorch"), "Unet(32)", (_SMALL, _TIME)),
        (
            _DENOISING.format("denoising_diffusion_pytorch"),
            "Unet(32, dim_mults=(1, 2), learned_sinusoidal_cond=True)",
            (_SMALL, _TIME),
        ),
        (_DENOISING.format("denoising_diffusion_pytorch_1d"), "Unet1D(32)", ((1, 3, 64), _TIME)),
        (_DENOISING.format("karras_unet"), "KarrasUnet(image_size=64, dim=64, dim_max=128)", ((1, 4, 64, 64), (1,))),
        (_DENOISING.format("karras_unet_1d"), "KarrasUnet1D(seq_len=64, dim=64, dim_max=128)", ((1, 4, 64), (1,))),
        (_DENOISING.format("simple_diffusion"), "UViT(64, out_dim=3, vit_depth=2)", (_SMALL, (1,))),
        (
            _DENOISING.format("classifier_free_guidance"),
            "Unet(32, num_classes=10, cond_drop_prob=0.)",
            (_SMALL, (1,), "1:int64"),
        ),
        (
            _X.format("x_transformers"),
            "TransformerWrapper(num_tokens=256, max_seq_len=64, attn_layers=Decoder(dim=64, depth=2, heads=4))",
            ("2x16:int64",),
        ),
        (
            _X.format("x_transformers"),
            "TransformerWrapper(num_tokens=256, max_seq_len=64, attn_layers=Encoder(dim=64, depth=2, heads=4, "
            "rotary_pos_emb=True, ff_glu=True, use_rmsnorm=True))",
            ("2x16:int64",),
        ),
        (
            _X.format("x_transformers"),
            "TransformerWrapper(num_tokens=256, max_seq_len=64, attn_layers=Decoder(dim=64, depth=2, heads=4, "
            "alibi_pos_bias=True, attn_kv_heads=2, attn_qk_norm=True))",
            ("2x16:int64",),
        ),
        (
            _X.format("x_transformers"),
            "ViTransformerWrapper(image_size=64, patch_size=16, num_classes=10, attn_layers=Encoder(dim=64, depth=2, heads=4))",
            (_SMALL,),
        ),
        (
            _X.format("x_transformers"),
            "XTransformer(dim=64, enc_num_tokens=256, enc_depth=2, enc_heads=4, enc_max_seq_len=64, dec_num_tokens=256, "
            "dec_depth=2, dec_heads=4, dec_max_seq_len=64)",
            ("2x16:int64", "2x12:int64"),
        ),
        (
            _X.format("__init__"),
            "ContinuousTransformerWrapper(max_seq_len=64, dim_in=10, dim_out=5, attn_layers=Encoder(dim=64, depth=2, heads=4))",
            ((2, 16, 10),),
        ),
        (_X.format("neo_mlp"), "NeoMLP(dim_in=5, dim_hidden=7, dim_out=5, dim_model=64, depth=2)", ((3, 5),)),
    ),
    "open_clip": (
        (_CLIP.format("model"), f"CLIP(64, {_VISION}, {_TEXT})", (_SMALL, "1x16:int64")),
        (
            _CLIP.format("model"),
            f"CLIP(64, {{'image_size': 64, 'layers': [1, 1, 1, 1], 'width': 32}}, {_TEXT})",
            (_SMALL, "1x16:int64"),
        ),
        (_CLIP.format("model"), f"CustomTextCLIP(64, {_VISION}, {_TEXT})", (_SMALL, "1x16:int64")),
        (
            _CLIP.format("model"),
            f"CLIP(64, {{'image_size': 64, 'timm_model_name': 'resnet18', 'timm_pool': ''}}, {_TEXT})",
            (_SMALL, "1x16:int64"),
        ),
        (
            _CLIP.format("coca_model"),
            f"CoCa(96, multimodal_cfg={{'context_length': 15, 'vocab_size': 1000, 'width': 96, 'heads': 4, 'layers': 2}}, "
            f"text_cfg={{**{_TEXT}, 'embed_cls': True, 'output_tokens': True}}, "
            f"vision_cfg={{**{_VISION}, 'attentional_pool': True, 'attn_pooler_heads': 4, 'output_tokens': True}})",
            (_SMALL, "1x16:int64"),
        ),
        (_CLIP.format("transformer"), "VisionTransformer(64, 16, 128, 3, 4, 4., output_dim=64)", (_SMALL,)),
        (
            _CLIP.format("transformer"),
            "VisionTransformer(64, 16, 128, 3, 4, 4., attentional_pool=True, attn_pooler_heads=4, output_dim=64)",
            (_SMALL,),
        ),
        (_CLIP.format("transformer"), "TextTransformer(16, 1000, 96, 4, 2, output_dim=64)", ("1x16:int64",)),
        (_CLIP.format("transformer"), "MultimodalTransformer(96, 2, 4, 16, output_dim=64)", ((1, 9, 96), (1, 16, 96))),
        (_CLIP.format("modified_resnet"), "ModifiedResNet([1, 1, 1, 1], 64, 8, 64, 32)", (_SMALL,)),
        (_CLIP.format("timm_model"), "TimmModel('vit_tiny_patch16_224', 64)", (_IMAGE,)),
        (_CLIP.format("factory"), "create_model('ViT-B-32')", (_IMAGE, "1x77:int64")),
    ),
    "speechbrain": (
        (_SPEECH.format("ECAPA_TDNN"), "ECAPA_TDNN(80)", ((2, 40, 80),)),
        (_SPEECH.format("Xvector"), "Xvector(in_channels=40)", ((2, 60, 40),)),
        (_SPEECH.format("ResNet"), "ResNet(80)", ((2, 40, 80),)),
        (_SPEECH.format("CRDNN"), "CRDNN(input_shape=(2, 40, 60))", ((2, 40, 60),)),
        (_SPEECH.format("ContextNet"), "ContextNet((2, 40, 80))", ((2, 40, 80),)),
        (_SPEECH.format("RNNLM"), "RNNLM(100)", ("2x12:int64",)),
        (_SPEECH.format("VanillaNN"), "VanillaNN((2, 12, 60))", ((2, 12, 60),)),
        (_SPEECH.format("Cnn14"), "Cnn14(64, 527)", ((1, 1, 320, 64),)),
        (_SPEECH.format("HifiGAN"), "HifiganDiscriminator()", ((1, 1, 8192),)),
        (_SPEECH.format("MetricGAN"), "MetricDiscriminator()", ((1, 2, 257, 40),)),
        (_SPEECH.format("EnhanceResnet"), "EnhanceResnet()", ((1, 16000),)),
        (_SPEECH.format("conv_tasnet"), "MaskNet(16, 16, 32, 3, 2, 2, 2)", ((2, 40, 16),)),
        (_SPEECH.format("convolution"), "ConvolutionFrontEnd((2, 40, 60))", ((2, 40, 60),)),
        (_SPEECH.format("segan_model"), "Discriminator(31)", ((1, 16384, 2),)),
        (
            _SPEECH.format("transformer/Conformer"),
            "ConformerEncoder(2, 64, 128, 4, attention_type='regularMHA')",
            ((2, 40, 64),),
        ),
        (
            _SPEECH.format("transformer/TransformerASR"),
            "TransformerASR(100, 80, d_model=64, nhead=4, num_encoder_layers=2, num_decoder_layers=2, d_ffn=128)",
            ((2, 40, 80), "2x7:int64"),
        ),
        (_SPEECH.format("transformer/Transformer"), "TransformerEncoder(2, 4, 128, d_model=64)", ((2, 40, 64),)),
    ),
    "asteroid": (
        (_ASTEROID.format("conv_tasnet"), "ConvTasNet(2)", ((1, 1, 8000),)),
        (_ASTEROID.format("conv_tasnet"), "ConvTasNet(2, skip_chan=None, norm_type='cLN')", ((1, 1, 8000),)),
        (_ASTEROID.format("dprnn_tasnet"), "DPRNNTasNet(2, n_repeats=2)", ((1, 1, 8000),)),
        (_ASTEROID.format("dptnet"), "DPTNet(2, n_repeats=2)", ((1, 1, 8000),)),
        (_ASTEROID.format("lstm_tasnet"), "LSTMTasNet(2)", ((1, 1, 8000),)),
        (_ASTEROID.format("sudormrf"), "SuDORMRFNet(2, num_blocks=4)", ((1, 1, 8000),)),
        (_ASTEROID.format("sudormrf"), "SuDORMRFImprovedNet(2, num_blocks=4)", ((1, 1, 8000),)),
        (_ASTEROID.format("dcunet"), "DCUNet('DCUNet-10', fix_length_mode='pad')", ((1, 16000),)),
        (_ASTEROID.format("demask"), "DeMask()", ((1, 1, 16000),)),
    ),
    "kornia": (
        (_KORNIA.format("models/vit"), "VisionTransformer(embed_dim=64, depth=2, num_heads=4)", (_IMAGE,)),
        (_KORNIA.format("models/vit_mobile"), "MobileViT()", ((1, 3, 256, 256),)),
        (_KORNIA.format("models/tiny_vit"), "TinyViT()", (_IMAGE,)),
        (
            _KORNIA.format("models/efficient_vit/backbone"),
            "EfficientViTBackbone([8, 16, 32, 64, 128], [1, 2, 2, 2, 2], dim=16)",
            (_IMAGE,),
        ),
        (_KORNIA.format("models/rrdbnet"), "RRDBNet(3, 3, num_block=2)", (_SMALL,)),
        (_KORNIA.format("models/dexined"), "DexiNed(False)", (_IMAGE,)),
        (_KORNIA.format("models/small_sr"), "SmallSRNet(3, pretrained=False)", ((1, 1, 32, 32),)),
        (_KORNIA.format("models/yunet/model"), "YuNet('test', False)", ((1, 3, 128, 128),)),
        (
            _KORNIA.format("models/rt_detr/model"),
            "RTDETR.from_config(RTDETRConfig('resnet18d', 8))",
            ((1, 3, 256, 256),),
        ),
        (_KORNIA.format("feature/hardnet"), "HardNet(False)", ((4, 1, 32, 32),)),
        (_KORNIA.format("feature/hardnet"), "HardNet8(False)", ((4, 1, 32, 32),)),
        (_KORNIA.format("feature/hynet"), "HyNet(False)", ((4, 1, 32, 32),)),
        (_KORNIA.format("feature/sosnet"), "SOSNet(False)", ((4, 1, 32, 32),)),
        (_KORNIA.format("feature/tfeat"), "TFeat(False)", ((4, 1, 32, 32),)),
        (_KORNIA.format("feature/keynet"), "KeyNet(False)", ((1, 1, 64, 64),)),
        (_KORNIA.format("feature/defmo"), "DeFMO(False)", ((1, 6, 64, 64),)),
    ),
    "cadene": (
        *(
            (_CADENE.format(file), f"{name}(pretrained=None)", ((1, 3, side, side),))
            for file, name, side in (
                ("bninception", "bninception", 224),
                ("cafferesnet", "cafferesnet101", 224),
                ("dpn", "dpn68", 224),
                ("fbresnet", "fbresnet152", 224),
                ("inceptionresnetv2", "inceptionresnetv2", 299),
                ("inceptionv4", "inceptionv4", 299),
                ("nasnet_mobile", "nasnetamobile", 224),
                ("pnasnet", "pnasnet5large", 331),
                ("polynet", "polynet", 331),
                ("resnext", "resnext101_32x4d", 224),
                ("senet", "se_resnext50_32x4d", 224),
                ("vggm", "vggm", 221),
                ("xception", "xception", 299),
                ("torchvision_models", "resnet18", 224),
            )
        ),
        ("efficientnet_pytorch/model.py", "EfficientNet.from_name('efficientnet-b0')", (_IMAGE,)),
        ("efficientnet_pytorch/model.py", "EfficientNet.from_name('efficientnet-b4')", ((1, 3, 380, 380),)),
    ),
}
"""By zoo: file, expression, inputs."""
