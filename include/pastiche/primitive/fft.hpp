// SPDX-License-Identifier: MIT
/// \file
/// Fourier transforms of real images and of complex lines, and the product of spectra that makes a correlation.
///
/// T. G. Stockham, "High-speed convolution and correlation", AFIPS Spring Joint Computer Conference, 1966: passes
/// that sort by themselves. Here of radix 8, 4, 2, 3 and 5, with pairs of real rows as one complex line.
#pragma once

#include <pastiche/primitive/fft_generic.hpp>
#include <pastiche/primitive/fft_vector.hpp>

namespace pastiche::primitive {

/// The form that suits a device; specialise it for a library of the device's own.
template <DevicePolicy Device, Scalar T>
struct FftForm {
  using type = detail::GenericFft<Device, T>;
};
template <DevicePolicy Device, Scalar T>
  requires VectorDevice<Device>
struct FftForm<Device, T> {
  using type = detail::VectorFft<Device, T>;
};

/// A plan for two-dimensional transforms of real images of (height, width), in batches.
///
/// A batch of spectra is a tensor (count, spectrum_size()); each holds the numbers (y, x) for x <= width / 2, the rest
/// being their conjugates, at layout(). F(y, x) = sum of image(v, u) exp(-2 pi i (y v / height + x u / width));
/// inverse() divides by height * width. Errors grow like eps log(height width) relative to the norm of the image.
///
/// Calls are const, share nothing but tables, and give the same bits for every number of threads. Where
/// workspace_size() is not 0, a call allocates its workspace unless it is given one.
template <DevicePolicy Device, Scalar T = double, class Form = typename FftForm<Device, T>::type>
class Fft {
 public:
  using Spectra = TensorView<T, 2, Device>;
  using ConstSpectra = TensorView<const T, 2, Device>;
  using Workspace = TensorView<T, 1, Device>;

  /// \param height,width each a good_size()
  /// \param device what makes the tables and runs the transforms
  Fft(index_t height, index_t width, const Device& device = {})
      : form_{height, width, device}, device_{device}, height_{height}, width_{width} {}

  index_t height() const noexcept { return height_; }
  index_t width() const noexcept { return width_; }
  index_t columns() const noexcept { return width_ / 2 + 1; }                          ///< of a spectrum
  SpectrumLayout layout() const noexcept { return form_.layout(); }                    ///< of one spectrum
  index_t spectrum_size() const noexcept { return form_.spectrum_size(); }             ///< scalars of one spectrum
  index_t workspace_size(index_t count) const { return form_.workspace_size(count); }  ///< scalars for a batch

  /// Spectra of images (count, at most height, at most width), followed by zeros. Elements are not scaled.
  template <class E>
  void forward(TensorView<E, 3, Device> images, Spectra spectra, Workspace workspace = {}) const {
    const auto& s = images.stride();
    run_forward<std::remove_const_t<E>>(
        {images.data(), images.shape(0), images.shape(1), images.shape(2), s[0], s[1], s[2]}, spectra, workspace);
  }

  /// A spectrum for each channel of one image (at most height, at most width, channel).
  template <class E>
  void forward_channels(TensorView<E, 3, Device> image, Spectra spectra, Workspace workspace = {}) const {
    const auto& s = image.stride();
    run_forward<std::remove_const_t<E>>(
        {image.data(), image.shape(2), image.shape(0), image.shape(1), s[2], s[0], s[1]}, spectra, workspace);
  }

  /// Images (count, at most height, at most width), the upper left of what the spectra stand for. Overwrites the
  /// spectra. Imaginary parts that a real image cannot have are ignored.
  void inverse(Spectra spectra, TensorView<T, 3, Device> images, Workspace workspace = {}) const {
    const auto& s = images.stride();
    const detail::FftImages<T> to{images.data(), images.shape(0), images.shape(1), images.shape(2), s[0], s[1], s[2]};
    check(to, spectra);
    with_workspace(to.count, workspace, [&](T* memory) { form_.inverse(spectra, to, memory); });
  }

  /// to[i] = sum over channels c of conj(a[i channels + c]) b[c]: after inverse(), place (y, x) of image i holds
  /// sum of a(v, u) b(y + v, x + u), around the edges.
  void correlate(ConstSpectra a, ConstSpectra b, Spectra to) const { multiply(a, b, to, true); }

  /// to[i] = sum over channels c of a[i channels + c] b[c]: the convolution, around the edges.
  void convolve(ConstSpectra a, ConstSpectra b, Spectra to) const { multiply(a, b, to, false); }

 private:
  template <class E>
  void run_forward(const detail::FftImages<const E>& images, Spectra spectra, Workspace workspace) const {
    check(images, spectra);
    with_workspace(images.count, workspace, [&](T* memory) { form_.forward(images, spectra, memory); });
  }

  template <class Images>
  void check(const Images& images, const Spectra& spectra) const {
    require(images.height >= 1 && images.height <= height_, "Fft", "image height", images.height, height_);
    require(images.width >= 1 && images.width <= width_, "Fft", "image width", images.width, width_);
    require(spectra.shape(0) == images.count, "Fft", "number of spectra", spectra.shape(0), images.count);
    check(spectra);
  }
  template <class View>
  void check(const View& spectra) const {
    require(spectra.shape(1) == spectrum_size(), "Fft", "size of a spectrum", spectra.shape(1), spectrum_size());
    require(spectra.dense_from(0), "Fft", "spectra", "strided", "a dense tensor");
  }

  template <class Work>
  void with_workspace(index_t count, Workspace given, const Work& work) const {
    const index_t size = workspace_size(count);
    if (size == 0 || given.data() != nullptr) {
      require(given.data() == nullptr || given.size() >= size, "Fft", "size of the workspace", given.size(), size);
      return work(given.data());
    }
    Tensor<T, 1, Device> memory({size}, device_);
    work(memory.data());
  }

  void multiply(const ConstSpectra& a, const ConstSpectra& b, const Spectra& to, bool conjugate) const {
    check(a);
    check(b);
    check(to);
    require(b.shape(0) * to.shape(0) == a.shape(0), "Fft", "number of spectra", a.shape(0), b.shape(0) * to.shape(0));
    form_.multiply(a, b, to, conjugate);
  }

  Form form_;
  Device device_;
  index_t height_, width_;
};

/// A plan for transforms of complex lines of length n. Lines are (count, 2, n): re of a line, then im.
template <DevicePolicy Device, Scalar T = double>
class LineFft {
 public:
  /// \param n a good_size()
  /// \param device what makes the table and runs the transforms
  explicit LineFft(index_t n, const Device& device = {}) : device_{device}, n_{n}, table_{n, "length", device} {}

  index_t size() const noexcept { return n_; }

  /// to(k) = sum of from(j) exp(-2 pi i j k / n). `to` may be `from`.
  void forward(TensorView<const T, 3, Device> from, TensorView<T, 3, Device> to) const { run<false>(from, to, T(1)); }

  /// The inverse of forward(): with the other sign, divided by n.
  void inverse(TensorView<const T, 3, Device> from, TensorView<T, 3, Device> to) const {
    run<true>(from, to, static_cast<T>(1.0 / static_cast<double>(n_)));
  }

 private:
  template <bool Inverse>
  void run(const TensorView<const T, 3, Device>& from, const TensorView<T, 3, Device>& to, T scale) const {
    require(from.shape() == to.shape(), "LineFft", "number of lines", to.shape(0), from.shape(0));
    require(from.shape(1) == 2 && from.shape(2) == n_, "LineFft", "length", from.shape(2), n_);
    const index_t count = from.shape(0);
    if constexpr (VectorDevice<Device>) {
      device_.dispatch([&](auto arch) {
        using Arch = decltype(arch);
        const auto &s = from.stride(), &d = to.stride();
        const detail::TransformLines<Arch, T> tiles{table_.line(),
                                                    {from.data(), s[0], s[1], 1, {count, count}, n_},
                                                    {to.data(), d[0], d[1], 1, {count, count}, n_},
                                                    Inverse,
                                                    scale};
        constexpr index_t lanes = detail::TransformLines<Arch, T>::V::lanes;
        device_.for_each_piece(ceil_div(count, lanes), n_ * 50 * lanes, tiles);
      });
    } else {
      Tensor<T, 1, Device> memory({4 * count * n_}, device_);
      auto* const first = reinterpret_cast<Complex<T>*>(memory.data());
      device_.for_each_index(count * n_, detail::GatherLines<T>{{from.data(), from.shape(), from.stride()}, first});
      const auto* done = detail::run_passes<Inverse>(device_, table_.line(), count, 1, first, first + count * n_);
      device_.for_each_index(count * n_, detail::ScatterLines<T>{done, {to.data(), to.shape(), to.stride()}, scale});
    }
  }

  Device device_;
  index_t n_;
  detail::FftTable<T, Device> table_;
};

}  // namespace pastiche::primitive
