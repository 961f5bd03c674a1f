// SPDX-License-Identifier: MIT
/// \file
/// The methods of `pastiche texture` with everything chosen at run time: one source file a method, as each is compiled
/// for every depth of pixels.
#pragma once

#include "arguments.hpp"
#include "synthesis.hpp"

#include <pastiche/texture/guide.hpp>
#include <pastiche/texture/result.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::program {

enum class Method { quilt, pixel, coherence, optimize, patchnn };

inline const Names<Method> kMethods{{"quilt", Method::quilt},
                                    {"pixel", Method::pixel},
                                    {"coherence", Method::coherence},
                                    {"optimize", Method::optimize},
                                    {"patchnn", Method::patchnn}};

inline const Names<AnySeam::Kind> kSeams{
    {"none", AnySeam::Kind::none}, {"mincut", AnySeam::Kind::mincut}, {"graphcut", AnySeam::Kind::graphcut}};
inline const Names<AnyBlend::Kind> kBlends{
    {"none", AnyBlend::Kind::none}, {"feather", AnyBlend::Kind::feather}, {"poisson", AnyBlend::Kind::poisson}};

/// Adds what decides how blocks are drawn and joined: --tolerance, --seam, --blend.
void add_looks(CLI::App& command, QuiltSettings& settings);

/// What any of the methods is called with. The options of quilting hold what all have: size, seed, tiling, masks,
/// provenance.
struct MethodSettings {
  Method method = Method::optimize;
  QuiltSettings quilt{};
  Guide guide{};
  int window = 0;              ///< pixel: side of the neighbourhood; 0 is the method's own
  int neighbourhood = 0;       ///< coherence: side of it; 0 is the method's own
  int patch = 0;               ///< optimize, patchnn: side of a patch; 0 is the method's own
  double completeness = -1.0;  ///< patchnn: alpha; negative is the method's own
  double balance = -1.0;       ///< optimize: against use again; negative is the method's own
  int coarsest = 0;            ///< optimize, patchnn: side of the coarsest level; 0 is the method's own
  double piece = 0.0;          ///< coherence, optimize: the pieces to begin with; 0 is the method's own
  bool soft = false;           ///< optimize, patchnn: means instead of stolen pixels
  bool votes = false;          ///< optimize, patchnn: keep the votes
  bool stretch = false;        ///< patchnn: begin with the example stretched to the size
  GuideMap layout{};           ///< patchnn: begin with this picture
};

/// What a method made.
struct Synthesized {
  AnyImage image;
  Tensor<int, 3, Cpu> provenance;
  std::vector<std::pair<std::string, double>> resolved;  ///< settings that the method found, by their flags' names
  double seconds;
  std::optional<TextureVotes<Cpu>> votes{};  ///< where asked for
};

/// Options of a method with what all have in common filled in.
template <class Options>
Options common_options(const MethodSettings& settings) {
  const QuiltOptions& o = settings.quilt.options;
  Options options;
  options.size = o.size;
  options.seed = o.seed;
  options.tiling = o.tiling;
  options.provenance = o.provenance;
  options.example_masks = o.example_masks;
  options.example_weights = o.example_weights;
  options.output_mask = o.output_mask;
  options.guide = settings.guide;
  return options;
}

Synthesized grow_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar);
Synthesized coherent_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar);
Synthesized optimize_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar);
Synthesized patch_nn_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar);

/// A synthesised picture of one that patches voted for.
template <class E>
Synthesized synthesized(PatchTextureResult<E, Cpu> result, const MethodSettings& settings, double seconds) {
  Synthesized made{std::move(result.image), std::move(result.provenance), {}, seconds};
  if (settings.votes) made.votes = std::move(result.votes);
  return made;
}

/// Other maps of the examples, averaged as the votes say.
AnyImage averaged(const TextureVotes<Cpu>& votes, const Pictures& maps);

/// The method that the settings name.
Synthesized synthesize(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar);

}  // namespace pastiche::program
