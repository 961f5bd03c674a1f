// SPDX-License-Identifier: MIT
/// \file
/// Image analogies, the classic form: what was done to A to make A' is done to B, pixel by pixel.
///
/// A. Hertzmann, C. Jacobs, N. Oliver, B. Curless, D. Salesin, "Image analogies", SIGGRAPH 2001, sections 3 and 4: from
/// coarse to fine in scan order each pixel of B' takes the place of A whose neighbourhood in A and A' is most like its
/// own in B and B' (approximate match), or one that continues what its neighbours took (coherent match) where that is
/// at most 1 + 2^(l - L) kappa times as far; luminance alone may be compared, remapped so that A's mean and deviation
/// are B's (3.4). Where this deviates: neighbourhoods are bytes, and their sums integers; the approximate match is that
/// of feature_tree.hpp; pixels are done in diagonal fronts, which keeps the order of their dependence. Steerable
/// filters are not among the features.
#pragma once

#include <pastiche/primitive/patch_vote.hpp>
#include <pastiche/searcher/method_call.hpp>
#include <pastiche/texture/analogy_run.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/result.hpp>

#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// Settings of image_analogy().
struct AnalogyOptions {
  double kappa =
      2.0;  ///< more keeps larger pieces of A' whole, less obeys A and B: 0.5 for filters, 5 to 25 for styles
  bool luminance = false;   ///< compare and make luminance alone, and keep the chroma of B; pictures of 1 or 3 channels
  bool remap = true;        ///< with `luminance`: A and A' get the mean and the deviation of B's first
  int levels = 0;           ///< of the pyramid; 0: until the shorter side of A or B would be less than 16, at most 5
  int leaves = 4;           ///< of the tree of neighbourhoods, looked at for each pixel: more is nearer and slower
  bool provenance = false;  ///< keep where each pixel came from, 12 bytes a pixel
};

namespace detail {

/// The policies image_analogy() knows.
template <class, class>
using AnalogyFamilies = PolicyList<OfDevice, OfObserver>;

/// A picture as bytes.
template <class E>
HostPicture<std::uint8_t> as_bytes(const HostPicture<E>& picture) {
  HostPicture<std::uint8_t> bytes(picture.height, picture.width, picture.channels);
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    bytes.values[i] = from_scalar<std::uint8_t>(to_scalar<float>(picture.values[i]));
  }
  return bytes;
}

/// Rec. 601 luma of a picture of 1 or 3 channels.
template <class E>
HostPicture<float> luma_of(const HostPicture<E>& picture) {
  HostPicture<float> luma(picture.height, picture.width, 1);
  for (std::size_t i = 0; i < luma.values.size(); ++i) {
    const E* p = picture.values.data() + i * static_cast<std::size_t>(picture.channels);
    luma.values[i] = picture.channels == 1 ? to_scalar<float>(p[0])
                                           : 0.299f * to_scalar<float>(p[0]) + 0.587f * to_scalar<float>(p[1]) +
                                                 0.114f * to_scalar<float>(p[2]);
  }
  return luma;
}

/// A line from values to values.
struct ValueMap {
  double factor = 1.0, offset = 0.0;

  void apply(HostPicture<float>& picture) const {
    for (float& v : picture.values) v = static_cast<float>(factor * static_cast<double>(v) + offset);
  }
};

/// That which gives the values of one picture the mean and the deviation of another's.
inline ValueMap remapping(const HostPicture<float>& from, const HostPicture<float>& to) {
  const auto moments = [](const HostPicture<float>& p) {
    double sum = 0.0, squares = 0.0;
    for (const float v : p.values) sum += static_cast<double>(v);
    const double n = static_cast<double>(p.values.size()), mean = sum / n;
    for (const float v : p.values) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
    return std::pair{mean, std::sqrt(squares / n)};
  };
  const auto [mean, deviation] = moments(from);
  const auto [wanted, wanted_deviation] = moments(to);
  const double factor = deviation > 1e-6 ? wanted_deviation / deviation : 1.0;
  return {factor, wanted - factor * mean};
}

/// B with another luma: its chroma stays.
template <class E>
HostPicture<E> with_luma(const HostPicture<E>& b, const std::vector<float>& luma) {
  HostPicture<E> result(b.height, b.width, b.channels);
  const HostPicture<float> old = luma_of(b);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const float more = luma[i] - old.values[i];
    for (index_t c = 0; c < b.channels; ++c) {
      const std::size_t at = i * static_cast<std::size_t>(b.channels) + static_cast<std::size_t>(c);
      result.values[at] = from_scalar<E>(static_cast<scalar_t<E>>(to_scalar<float>(b.values[at]) + more));
    }
  }
  return result;
}

template <class E, class Device>
HostPicture<E> on_host(const TensorView<const E, 3, Device>& view, const Device& device) {
  HostPicture<E> picture(view.shape(0), view.shape(1), view.shape(2));
  picture.values = download(view, device);
  return picture;
}

/// Levels until the shorter side of either picture would be less than 16.
inline int analogy_levels(const Shape<2>& a, const Shape<2>& b) {
  index_t side = min_of(min_of(a[0], a[1]), min_of(b[0], b[1]));
  int levels = 1;
  for (; levels < 5 && side >= 32; side /= 2) ++levels;
  return levels;
}

template <class View>
void check_analogy(const char* f, const View& a, const View& a_prime, const View& b, const AnalogyOptions& o) {
  const bool alike = a.shape(0) == a_prime.shape(0) && a.shape(1) == a_prime.shape(1);
  require(alike, f, "size of A'", extent_text(a_prime.shape(0), a_prime.shape(1)),
          extent_text(a.shape(0), a.shape(1)) + ", that of A");
  require(a.shape(2) == b.shape(2), f, "number of channels of B", b.shape(2),
          std::to_string(a.shape(2)) + ", as A has");
  constexpr index_t kMostPixels = 2147483647;  // pixels are numbered by int
  for (const auto& [name, view] : {std::pair{"A", a}, std::pair{"A'", a_prime}, std::pair{"B", b}}) {
    require(view.shape(1) <= kMostPixels / view.shape(0), f, ("size of " + std::string(name)).c_str(),
            extent_text(view.shape(0), view.shape(1)), "at most 2147483647 pixels");
    const bool grey_or_colour = view.shape(2) == 1 || view.shape(2) == 3;
    require(!o.luminance || grey_or_colour, f, ("number of channels of " + std::string(name)).c_str(), view.shape(2),
            "1 or 3, for luminance");
  }
  const index_t width = 34 * a.shape(2) + 21 * a_prime.shape(2);
  require(o.luminance || width <= FeatureTreePlan::kMostWidth, f, "channels of A and A'", a.shape(2) + a_prime.shape(2),
          "few enough that neighbourhoods have at most 2000 elements");
  require(o.kappa >= 0 && o.kappa <= 1e6, f, "kappa", o.kappa, "0 to 1000000");
  require(o.levels >= 0 && o.levels <= 30, f, "levels", o.levels, "1 to 30, or 0 for as many as suit the pictures");
  require(o.leaves >= 1 && o.leaves <= 64, f, "leaves", o.leaves, "1 to 64");
}

}  // namespace detail

/// B' of A : A' :: B : B'. Each pixel of it is one of A', or with `luminance` has the luma of one.
///
/// Policies may follow the options in any order: a device (that of A' if it is a tensor, otherwise a default one of its
/// memory) and an Observer, which may stop the work: what is not done yet is then taken from the level before.
///
/// \param a, a_prime, b pictures (height, width, channel) or (height, width) of one element type on one device, of
///        integers of 8 or 16 bits or of scalars, compared in 8 bits. A and A' are of one size, A and B alike in
///        channels
/// \param options kappa, luminance and the other settings
/// \param policies as above, in any order
/// \throws InvalidArgument on other sizes, channels or settings, and pixels that are not finite
/// \code
/// auto b_prime = image_analogy(photo, blurred, other, {.kappa = 0.5, .luminance = true});
/// \endcode
template <class A, class APrime, class B, class... Policies>
auto image_analogy(const A& a, const APrime& a_prime, const B& b, const AnalogyOptions& options,
                   Policies&&... policies) {
  constexpr const char* kName = "image_analogy";
  const auto view_a = detail::picture_view(a), view_a_prime = detail::picture_view(a_prime);
  const auto view_b = detail::picture_view(b);
  using Call = detail::MethodCall<detail::AnalogyFamilies, APrime, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  using View = typename Call::View;
  static_assert(
      std::same_as<View, std::remove_cv_t<decltype(view_a)>> && std::same_as<View, std::remove_cv_t<decltype(view_b)>>,
      "image_analogy: the three pictures have one element type and live on one device");
  PASTICHE_CHECK_CALL(Call, "image_analogy", "DevicePolicy, Observer");
  const Device device = Call(a_prime, policies...).device;
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);
  detail::check_picture(kName, "A", view_a, view_a.shape(2), device);
  detail::check_picture(kName, "A'", view_a_prime, view_a_prime.shape(2), device);
  detail::check_picture(kName, "B", view_b, view_b.shape(2), device);
  detail::check_analogy(kName, view_a, view_a_prime, view_b, options);
  (validate_policy(policies, kName), ...);

  const auto host_a = detail::on_host<E>(view_a, device), host_a_prime = detail::on_host<E>(view_a_prime, device);
  const auto host_b = detail::on_host<E>(view_b, device);
  const index_t height = host_b.height, width = host_b.width;
  detail::AnalogySetup setup{options.kappa, options.levels, options.leaves};
  if (setup.levels == 0) {
    setup.levels = detail::analogy_levels({{host_a.height, host_a.width}}, {{height, width}});
  }
  std::vector<std::int32_t> sources;
  StopReason reason;
  detail::HostPicture<float> luma;
  if (options.luminance) {
    auto luma_a = detail::luma_of(host_a);
    const auto luma_b = detail::luma_of(host_b);
    luma = detail::luma_of(host_a_prime);
    if (options.remap) {
      const detail::ValueMap map = detail::remapping(luma_a, luma_b);
      map.apply(luma_a);
      map.apply(luma);
    }
    detail::AnalogyRun<Device> run(device, detail::as_bytes(luma_a), detail::as_bytes(luma), detail::as_bytes(luma_b),
                                   setup);
    reason = run.run(sources, watch);
  } else {
    detail::AnalogyRun<Device> run(device, detail::as_bytes(host_a), detail::as_bytes(host_a_prime),
                                   detail::as_bytes(host_b), setup);
    reason = run.run(sources, watch);
  }

  std::vector<int> provenance;
  for (const std::int32_t s : sources) {
    provenance.insert(provenance.end(), {0, static_cast<int>(s / host_a.width), static_cast<int>(s % host_a.width)});
  }
  detail::HostPicture<E> made(height, width, host_a_prime.channels);
  if (options.luminance) {
    std::vector<float> values;
    for (const std::int32_t s : sources) values.push_back(luma.values[static_cast<std::size_t>(s)]);
    made = detail::with_luma(host_b, values);
  } else {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::size_t n = static_cast<std::size_t>(made.channels);
      std::copy_n(host_a_prime.values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(sources[i]) * n),
                  n, made.values.begin() + static_cast<std::ptrdiff_t>(i * n));
    }
  }
  TextureResult<E, Device> result{upload<Device>(Shape<3>{{height, width, made.channels}}, made.values, device),
                                  Tensor<int, 3, Device>({0, 0, 3}, device), reason};
  if (options.provenance) result.provenance = upload<Device>(Shape<3>{{height, width, 3}}, provenance, device);
  return result;
}

}  // namespace pastiche
