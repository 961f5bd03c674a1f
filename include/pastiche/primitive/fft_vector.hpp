// SPDX-License-Identifier: MIT
/// \file
/// The real transform of vector devices.
#pragma once

#include <pastiche/primitive/fft_spectrum.hpp>

namespace pastiche::primitive::detail {

/// Rows by pairs, then columns by blocks; spectra as in fft_spectrum.hpp.
template <VectorDevice Device, Scalar T>
class VectorFft {
 public:
  VectorFft(index_t height, index_t width, const Device& device)
      : device_{device},
        height_{height},
        width_{width},
        down_{height, "height", device},
        along_{width, "width", device} {}

  SpectrumLayout layout() const noexcept {
    return {kFftBlock<T>, height_ * 2 * kFftBlock<T>, 2 * kFftBlock<T>, 1, kFftBlock<T>};
  }
  index_t spectrum_size() const noexcept { return ceil_div(columns(), kFftBlock<T>) * height_ * 2 * kFftBlock<T>; }
  index_t workspace_size(index_t) const noexcept { return 0; }  // a thread's scratch is all it needs

  template <class E>
  void forward(const FftImages<const E>& images, TensorView<T, 2, Device> spectra, T*) const {
    const index_t pairs = ceil_div<index_t>(images.height, 2);
    const FftLines<const E> lines{images.data, 2 * images.row, images.row, images.column, {pairs, images.height / 2},
                                  images.width};
    const FftBlocks<T> to{spectra.data(), spectra.stride()[0], height_, columns(), min_of(2 * pairs, height_)};
    device_.dispatch([&](auto arch) {
      using Arch = decltype(arch);
      const RealRows<Arch, T, E> rows{along_.line(), lines, images.image, to};
      device_.for_each_piece(images.count * rows.tiles(), cost(rows.line) * simd::Wide<Arch, T>::lanes, rows);
      transform_columns<Arch>(images.count, to, false);
    });
  }

  void inverse(TensorView<T, 2, Device> spectra, const FftImages<T>& images, T*) const {
    const index_t pairs = ceil_div<index_t>(images.height, 2);
    const FftLines<T> lines{images.data, 2 * images.row, images.row, 1, {pairs, images.height / 2}, images.width};
    const FftBlocks<T> from{spectra.data(), spectra.stride()[0], height_, columns(), height_};
    const T scale = static_cast<T>(1.0 / static_cast<double>(height_ * width_));
    device_.dispatch([&](auto arch) {
      using Arch = decltype(arch);
      transform_columns<Arch>(images.count, from, true);
      const FftBlocks<const T> done{from.data, from.image, from.height, from.columns, from.rows};
      const SpectrumRows<Arch, T> rows{along_.line(), done, lines, images.image, scale};
      device_.for_each_piece(images.count * rows.tiles(), cost(rows.line) * simd::Wide<Arch, T>::lanes, rows);
    });
  }

  void multiply(TensorView<const T, 2, Device> a, TensorView<const T, 2, Device> b, TensorView<T, 2, Device> to,
                bool conjugate) const {
    device_.dispatch([&](auto arch) {
      using Arch = decltype(arch);
      const SpectrumProduct<Arch, T> product{{a.data(), a.shape(), a.stride()},
                                             {b.data(), b.shape(), b.stride()},
                                             {to.data(), to.shape(), to.stride()},
                                             conjugate};
      device_.for_each_piece(to.shape(0) * product.pieces(), product.kBlocks * kFftBlock<T> * 8 * b.shape(0), product);
    });
  }

 private:
  index_t columns() const noexcept { return width_ / 2 + 1; }
  static index_t cost(const FftLine<T>& line) noexcept { return line.n * (20 + 10 * line.passes); }

  template <class Arch>
  void transform_columns(index_t count, const FftBlocks<T>& spectra, bool inverse) const {
    const SpectrumColumns<Arch, T> columns{down_.line(), spectra, inverse};
    device_.for_each_piece(count * spectra.blocks(), cost(columns.line) * kFftBlock<T>, columns);
  }

  Device device_;
  index_t height_, width_;
  FftTable<T, Device> down_, along_;
};

}  // namespace pastiche::primitive::detail
