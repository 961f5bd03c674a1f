// SPDX-License-Identifier: MIT
/// \file
/// Everything that needs neither CUDA, Thrust, Eigen, OpenCV nor a compiled part. Prefer the individual headers: this
/// one is for examples and Compiler Explorer.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/evaluate/provenance.hpp>
#include <pastiche/evaluate/psnr.hpp>
#include <pastiche/evaluate/ssim.hpp>
#include <pastiche/evaluate/statistics.hpp>
#include <pastiche/evaluate/texture.hpp>
#include <pastiche/image/color.hpp>
#include <pastiche/image/crop.hpp>
#include <pastiche/image/example_variants.hpp>
#include <pastiche/image/filter.hpp>
#include <pastiche/image/pyramid.hpp>
#include <pastiche/image/resample.hpp>
#include <pastiche/image/warp.hpp>
#include <pastiche/interop/dlpack.hpp>
#include <pastiche/interop/pointer.hpp>
#include <pastiche/interop/xtensor.hpp>
#include <pastiche/io/npy.hpp>
#include <pastiche/linalg/linalg.hpp>
#include <pastiche/primitive/fft.hpp>
#include <pastiche/primitive/matrix_product.hpp>
#include <pastiche/primitive/reduction.hpp>
#include <pastiche/seam/graph_cut.hpp>
#include <pastiche/searcher/exhaustive.hpp>
#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/searcher/nearest_field.hpp>
#include <pastiche/searcher/patch_match.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/texture/coherence.hpp>
#include <pastiche/texture/cover_seams.hpp>
#include <pastiche/texture/efros_leung.hpp>
#include <pastiche/texture/image_analogy.hpp>
#include <pastiche/texture/inpainting.hpp>
#include <pastiche/texture/optimization.hpp>
#include <pastiche/texture/patch_canvas.hpp>
#include <pastiche/texture/patch_nn.hpp>
#include <pastiche/texture/quilting.hpp>
#include <pastiche/texture/stylize_frames.hpp>
#include <pastiche/texture/tileable.hpp>
#include <pastiche/texture/transfer.hpp>
