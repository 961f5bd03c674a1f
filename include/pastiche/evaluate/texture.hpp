// SPDX-License-Identifier: MIT
/// \file
/// Fidelity of a texture to its example, by measures that need no network. docs/measure.md says what each sees and is
/// blind to.
#pragma once

#include <pastiche/evaluate/autocorrelation.hpp>
#include <pastiche/evaluate/bidirectional.hpp>
#include <pastiche/evaluate/copies.hpp>
#include <pastiche/evaluate/histogram_distance.hpp>
#include <pastiche/evaluate/sharpness.hpp>
#include <pastiche/evaluate/sliced_wasserstein.hpp>

namespace pastiche {

/// How an output compares with the example it was made from.
struct TextureFidelity {
  double swd;                   ///< sliced_wasserstein(), grey levels
  double coherence;             ///< coherence(), grey levels
  double completeness;          ///< completeness(), grey levels
  double acf;                   ///< autocorrelation_distance()
  CopiedSquare copy;            ///< longest_copy()
  CopiedSquare repeat;          ///< longest_repeat() of the output
  CopiedSquare example_repeat;  ///< longest_repeat() of the example: what an output may repeat with reason
  double seam;                  ///< mean_gradient() of the output over that of the example; above 1 seams or noise
  double blur;                  ///< laplacian_variance() likewise; far below 1 is blurred
  double hist;                  ///< histogram_distance(), grey levels
};

/// Mean gradient of an output over that of the example, 1 for equal pictures: above 1 where seams or noise were added,
/// below 1 where it is blurred. Infinite where only the output has any.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double gradient_ratio(const A& example, const B& output, const Device& device = {}) {
  return detail::figure_ratio(mean_gradient(output, device), mean_gradient(example, device));
}

/// Variance of the Laplacian of an output over that of the example, 1 for equal pictures, far below 1 where it is
/// blurred. Infinite where only the output has any.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double laplacian_ratio(const A& example, const B& output, const Device& device = {}) {
  return detail::figure_ratio(laplacian_variance(output, device), laplacian_variance(example, device));
}

/// All measures of an output against its example: images (height, width, channel) of one element, of any sizes of at
/// least 7 pixels. Throws InvalidArgument for smaller ones, for unlike channels and for pixels that are not finite.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
TextureFidelity texture_fidelity(const A& example, const B& output, const Device& device = {}) {
  detail::check_texture_pair("texture_fidelity", view_of(example), view_of(output), 7, device);
  TextureFidelity f{};
  f.swd = sliced_wasserstein(example, output, {}, device);
  f.coherence = coherence(example, output, {}, device);
  f.completeness = completeness(example, output, {}, device);
  f.acf = autocorrelation_distance(example, output, device);
  f.copy = longest_copy(example, output, {}, device);
  f.repeat = longest_repeat(output, {}, device);
  f.example_repeat = longest_repeat(example, {}, device);
  f.seam = gradient_ratio(example, output, device);
  f.blur = laplacian_ratio(example, output, device);
  f.hist = histogram_distance(example, output, device);
  return f;
}

}  // namespace pastiche
