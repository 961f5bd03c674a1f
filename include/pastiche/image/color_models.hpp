// SPDX-License-Identifier: MIT
/// \file
/// Colours pixel by pixel: functors that map one pixel to another, for host and device.
///
/// sRGB: IEC 61966-2-1. Lab: CIE 15, white D65 (0.95047, 1, 1.08883), sRGB primaries. YCbCr and luma: Rec. ITU-R
/// BT.601. Luminance: Rec. ITU-R BT.709. Nothing is clamped: colours outside a gamut keep their sign.
#pragma once

#include <pastiche/core/element.hpp>

#include <cmath>

namespace pastiche {

/// The channels of one pixel.
template <Scalar S, int N>
struct Pixel {
  static constexpr int channels = N;
  S v[N];
  PASTICHE_HD constexpr S& operator[](int c) noexcept { return v[c]; }
  PASTICHE_HD constexpr const S& operator[](int c) const noexcept { return v[c]; }
};

/// A map of pixels: `from` channels in, `to` channels out, for float and double.
template <class F>
concept PixelMap = KernelCopyable<F> && requires(const F& map, const Pixel<float, F::from>& pixel) {
  { map(pixel) } noexcept -> std::same_as<Pixel<float, F::to>>;
};

PASTICHE_DEVICE_CODE_BEGIN

/// One channel of sRGB as linear light, both in [0, 1].
template <Scalar S>
PASTICHE_HD S linear_from_srgb(S x) noexcept {
  return x <= S(0.04045) ? x * S(1 / 12.92) : std::pow((x + S(0.055)) * S(1 / 1.055), S(2.4));
}

/// Linear light as one channel of sRGB, both in [0, 1].
template <Scalar S>
PASTICHE_HD S srgb_from_linear(S x) noexcept {
  return x <= S(0.0031308) ? x * S(12.92) : S(1.055) * std::pow(x, S(1 / 2.4)) - S(0.055);
}

/// Rec. 601 luma of encoded RGB.
template <Scalar S>
PASTICHE_HD constexpr S luma601(S r, S g, S b) noexcept {
  return S(0.299) * r + S(0.587) * g + S(0.114) * b;
}

/// Rec. 601 luma in studio range, as a share of 255: 16 / 255 for black, 235 / 255 for white. The Y of super-resolution
/// tables.
template <Scalar S>
PASTICHE_HD constexpr S studio_luma601(S r, S g, S b) noexcept {
  return (S(65.481) * r + S(128.553) * g + S(24.966) * b + S(16)) * S(1 / 255.0);
}

/// Rec. 709 relative luminance of linear RGB.
template <Scalar S>
PASTICHE_HD constexpr S luminance709(S r, S g, S b) noexcept {
  return S(0.2126) * r + S(0.7152) * g + S(0.0722) * b;
}

/// Decodes sRGB to linear light, channel by channel.
struct SrgbToLinear {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{linear_from_srgb(p[0]), linear_from_srgb(p[1]), linear_from_srgb(p[2])}};
  }
};

/// The inverse of SrgbToLinear.
struct LinearToSrgb {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{srgb_from_linear(p[0]), srgb_from_linear(p[1]), srgb_from_linear(p[2])}};
  }
};

/// sRGB to one channel of Rec. 601 luma in [0, 1].
struct RgbToLuma {
  static constexpr int from = 3, to = 1;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 1> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{luma601(p[0], p[1], p[2])}};
  }
};

/// sRGB to one channel of Rec. 601 luma in studio range.
struct RgbToStudioLuma {
  static constexpr int from = 3, to = 1;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 1> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{studio_luma601(p[0], p[1], p[2])}};
  }
};

/// sRGB, decoded, to one channel of Rec. 709 luminance.
struct RgbToLuminance {
  static constexpr int from = 3, to = 1;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 1> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{luminance709(linear_from_srgb(p[0]), linear_from_srgb(p[1]), linear_from_srgb(p[2]))}};
  }
};

/// Full range, as in JPEG files: Y in [0, 1], Cb and Cr around 0.5.
struct RgbToYcbcr {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S y = luma601(p[0], p[1], p[2]);
    return {{y, (p[2] - y) * S(1 / 1.772) + S(0.5), (p[0] - y) * S(1 / 1.402) + S(0.5)}};
  }
};

/// The inverse of RgbToYcbcr.
struct YcbcrToRgb {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S r = p[0] + S(1.402) * (p[2] - S(0.5)), b = p[0] + S(1.772) * (p[1] - S(0.5));
    return {{r, (p[0] - S(0.299) * r - S(0.114) * b) * S(1 / 0.587), b}};
  }
};

/// Studio range as shares of 255: Y in [16, 235] / 255, Cb and Cr in [16, 240] / 255.
struct RgbToStudioYcbcr {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S cb = S(112) * p[2] - S(37.797) * p[0] - S(74.203) * p[1];
    const S cr = S(112) * p[0] - S(93.786) * p[1] - S(18.214) * p[2];
    return {{studio_luma601(p[0], p[1], p[2]), (cb + S(128)) * S(1 / 255.0), (cr + S(128)) * S(1 / 255.0)}};
  }
};

/// The inverse of RgbToStudioYcbcr.
struct StudioYcbcrToRgb {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S y = (p[0] - S(16 / 255.0)) * S(1.1643835616438356), cb = p[1] - S(128 / 255.0), cr = p[2] - S(128 / 255.0);
    return {{y + S(3.0112439732941328e-07) * cb + S(1.5960268873357042) * cr,
             y - S(0.39176253994145011) * cb - S(0.81296829216220534) * cr,
             y + S(2.0172326395564593) * cb + S(3.0542617453132012e-06) * cr}};
  }
};

/// sRGB to L in [0, 100], a and b of about [-128, 128]. Greys have a = b = 0.
struct RgbToLab {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S r = linear_from_srgb(p[0]), g = linear_from_srgb(p[1]), b = linear_from_srgb(p[2]);
    const S x = compress((S(0.4124564) * r + S(0.3575761) * g + S(0.1804375) * b) * S(1 / 0.95047));
    const S y = compress(S(0.2126729) * r + S(0.7151521) * g + S(0.0721750) * b);
    const S z = compress((S(0.0193339) * r + S(0.1191920) * g + S(0.9503041) * b) * S(1 / 1.08883));
    return {{S(116) * y - S(16), S(500) * (x - y), S(200) * (y - z)}};
  }

 private:
  template <Scalar S>
  PASTICHE_HD static S compress(S t) noexcept {
    return t > S(216.0 / 24389) ? std::cbrt(t) : t * S(841.0 / 108) + S(4.0 / 29);
  }
};

/// The inverse of RgbToLab.
struct LabToRgb {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    const S fy = (p[0] + S(16)) * S(1.0 / 116), fx = fy + p[1] * S(1.0 / 500), fz = fy - p[2] * S(1.0 / 200);
    const S x = expand(fx) * S(0.95047), y = expand(fy), z = expand(fz) * S(1.08883);
    return {{srgb_from_linear(S(3.2404549850111395) * x - S(1.5371391384715571) * y - S(0.498531553256229) * z),
             srgb_from_linear(S(-0.96926657171112196) * x + S(1.8760112807842577) * y + S(0.041556090142641472) * z),
             srgb_from_linear(S(0.055643439379757693) * x - S(0.20402589254317857) * y + S(1.0572251616100772) * z)}};
  }

 private:
  template <Scalar S>
  PASTICHE_HD static S expand(S t) noexcept {
    return t > S(6.0 / 29) ? t * t * t : (t - S(4.0 / 29)) * S(108.0 / 841);
  }
};

PASTICHE_DEVICE_CODE_END

static_assert(PixelMap<SrgbToLinear> && PixelMap<LinearToSrgb> && PixelMap<RgbToLuma> && PixelMap<RgbToStudioLuma> &&
              PixelMap<RgbToLuminance> && PixelMap<RgbToYcbcr> && PixelMap<YcbcrToRgb> && PixelMap<RgbToStudioYcbcr> &&
              PixelMap<StudioYcbcrToRgb> && PixelMap<RgbToLab> && PixelMap<LabToRgb>);

}  // namespace pastiche
