// SPDX-License-Identifier: MIT
/// \file
/// One run of a text generator: the context as an interval of the suffix array, which a token narrows and a link
/// shortens, and beside it the longest end of the output that stands in the texts.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/sampler/count_sampler.hpp>
#include <pastiche/text/generate_options.hpp>
#include <pastiche/text/index.hpp>
#include <pastiche/text/suffix_links.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// An index and its links.
template <class Index>
struct TextShard {
  Index index;
  SuffixLinks links;

  explicit TextShard(Index from) : index{std::move(from)}, links{index} {}

  /// The suffixes that share `depth` codes with that of `rank`.
  SuffixInterval around(std::size_t rank, std::size_t depth) const noexcept {
    return depth == 0 ? index.whole() : links.around(rank, depth);
  }
};

/// Follows the longest end of what was written that stands in a shard, up to a limit.
template <class Index>
class CopyTracker {
 public:
  CopyTracker(const TextShard<Index>& shard, std::size_t limit) noexcept : shard_{&shard}, limit_{limit} {}

  std::size_t depth() const noexcept { return depth_; }
  SuffixInterval interval() const noexcept { return shard_->around(rank_, depth_); }

  /// The next code. `known`: a suffix that begins with the last `known_depth` - 1 codes written and this one.
  void add(std::size_t code, std::size_t known = 0, std::size_t known_depth = 0) noexcept {
    if (depth_ == limit_) shorten();
    while (true) {
      if (depth_ + 1 == known_depth) {
        rank_ = known;
        depth_ = known_depth;
        return;
      }
      const SuffixInterval longer = shard_->index.narrow_code(interval(), depth_, code);
      if (!longer.empty()) {
        rank_ = longer.first;
        ++depth_;
        return;
      }
      if (depth_ == 0) return;
      shorten();
    }
  }

 private:
  void shorten() noexcept {
    if (--depth_ > 0) rank_ = shard_->links.next(rank_);
  }

  const TextShard<Index>* shard_;
  std::size_t limit_, rank_ = 0, depth_ = 0;
};

template <class Index, class Sampler>
class GeneratorRun {
 public:
  using Token = typename Index::token_type;
  using Shards = std::vector<TextShard<Index>>;

  GeneratorRun(const Shards& shards, const GenerateOptions<Token>& options, const Sampler& sampler)
      : shards_{shards},
        options_{options},
        sampler_{sampler},
        key_{mix64(mix64(options.seed) + 0x7465787467656eu)},
        ranks_(shards.size(), kNowhere),
        intervals_(shards.size()) {
    deepest_ = options.order == kUnbounded ? SuffixLinks::kDeepest : options.order == 0 ? 0 : options.order - 1;
    if (options.max_copy > 0) deepest_ = (std::min)(deepest_, options.max_copy - 1);
    tracks_ = options.max_copy > 0 || options.measure_copies;
    if (tracks_) {
      const std::size_t limit = options.max_copy > 0 ? options.max_copy : SuffixLinks::kDeepest;
      for (const auto& shard : shards) trackers_.emplace_back(shard, limit);
    }
    plain_ = sampler.keeps_counts() && options.order != 0 && !options.read_on;
  }

  GeneratedText<Token> run() {
    result_.tokens.reserve(options_.length);
    if (options_.provenance) result_.sources.reserve(options_.length);
    start();
    while (result_.tokens.size() < options_.length && step()) {
    }
    for (; pending_ < options_.required.size(); ++pending_) result_.missing.push_back(options_.required[pending_]);
    return std::move(result_);
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  struct Pick {
    std::size_t shard = kNowhere, rank = 0, code = 0;
  };
  // Suffixes [first, last) of a shard that go on alike.
  struct Run {
    std::size_t code, shard, first, last;
  };

  std::uint64_t bits(std::uint64_t which) const noexcept {
    return mix64(key_ + 0x9e3779b97f4a7c15u * (4 * (result_.tokens.size() + 1) + which));
  }
  static std::size_t below(std::uint64_t random, std::size_t bound) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>(Wide{random} * bound >> 64);
  }

  // --- the context

  void start() {
    if (!options_.prompt.empty()) {
      for (const Token token : options_.prompt) {
        written_.push_back(std::size_t{token} + 1);
        for (auto& tracker : trackers_) tracker.add(written_.back());
      }
      depth_ = (std::min)(written_.size(), deepest_) + 1;
      while (depth_ > 0 && !look_up(--depth_)) {
      }
    } else if (options_.start == TextStart::sentence) {
      start_sentence();
    }
  }

  void start_sentence() {
    std::vector<std::size_t> codes{0};
    for (const Token token : options_.start_after) codes.push_back(std::size_t{token} + 1);
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    std::vector<Pick> ends;
    std::vector<std::size_t> sizes;
    std::size_t total = 0;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      for (const std::size_t code : codes) {
        SuffixInterval all = shards_[s].index.bucket(code);
        all.first = shards_[s].index.narrow_code(all, 1, 0).last;  // something must follow
        ends.push_back({s, all.first, code});
        sizes.push_back(all.empty() ? 0 : all.size());
        total += sizes.back();
      }
    }
    if (total == 0) return;
    std::size_t at = below(mix64(key_), total), which = 0;
    while (at >= sizes[which]) at -= sizes[which++];
    written_.push_back(ends[which].code);
    depth_ = 1;
    look_up(1);
  }

  // Finds the last `depth` codes written in all shards; whether one has them.
  bool look_up(std::size_t depth) {
    bool found = depth == 0;
    for (std::size_t s = 0; s < shards_.size(); ++s) found = look_up_in(s, depth) || found;
    return found;
  }
  bool look_up_in(std::size_t s, std::size_t depth) {
    const std::size_t from = written_.size() - depth;
    const SuffixInterval found = shards_[s].index.find_codes(depth, [&](std::size_t i) { return written_[from + i]; });
    ranks_[s] = found.empty() ? kNowhere : found.first;
    return !found.empty();
  }

  // Whether the context begins with the start of a text, which is no token.
  bool holds_boundary() const noexcept {
    return depth_ == result_.tokens.size() + 1 && written_.size() > 0 && written_[0] == 0;
  }

  // Drops the first token of the context.
  void shorten() {
    --depth_;
    if (depth_ == 0) return;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      if (ranks_[s] != kNowhere) {
        ranks_[s] = shards_[s].links.next(ranks_[s]);
      } else {
        look_up_in(s, depth_);
      }
    }
  }

  void set_intervals() {
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      const bool here = depth_ == 0 || ranks_[s] != kNowhere;
      intervals_[s] = here ? shards_[s].around(ranks_[s], depth_) : SuffixInterval{};
    }
  }

  bool supported() const {
    if (options_.min_support > 1) {
      std::size_t total = 0;
      for (const SuffixInterval& interval : intervals_) total += interval.size();
      if (total < options_.min_support) return false;
    }
    if (options_.min_continuations <= 1) return true;
    if (shards_.size() == 1) return shards_[0].links.distinct(intervals_[0], depth_, options_.min_continuations);
    std::vector<std::size_t> codes;
    for_each_run([&](std::size_t, std::size_t code, std::size_t, std::size_t) { codes.push_back(code); });
    std::sort(codes.begin(), codes.end());
    return static_cast<std::size_t>(std::unique(codes.begin(), codes.end()) - codes.begin()) >=
           options_.min_continuations;
  }

  // --- a step

  bool step() {
    while (depth_ > deepest_) shorten();
    forbid();
    set_intervals();
    while (depth_ > 0 && !supported()) {
      shorten();
      set_intervals();
    }
    Pick pick = pending_ < options_.required.size() ? require_token() : Pick{};
    while (pick.shard == kNowhere) {
      pick = choose();
      if (pick.shard != kNowhere) break;
      if (depth_ == 0) {
        result_.stop = TextStop::no_continuation;
        return false;
      }
      result_.shortened += forbidden_.empty() ? 0 : 1;
      shorten();
      set_intervals();
    }
    if (pick.code == 0) {
      result_.stop = TextStop::text_end;
      return false;
    }
    take(pick);
    const Token token = result_.tokens.back();
    if (!options_.stop_after.empty() && result_.tokens.size() >= options_.min_length &&
        pending_ >= options_.required.size() &&
        std::find(options_.stop_after.begin(), options_.stop_after.end(), token) != options_.stop_after.end()) {
      result_.stop = TextStop::stop_token;
      return false;
    }
    return true;
  }

  // The tokens that would make a quotation longer than the limit.
  void forbid() {
    forbidden_.clear();
    if (options_.max_copy == 0) return;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      if (trackers_[s].depth() < options_.max_copy) continue;
      for (const auto& next : shards_[s].index.successors(trackers_[s].interval(), options_.max_copy)) {
        forbidden_.push_back(std::size_t{next.token} + 1);
      }
    }
    std::sort(forbidden_.begin(), forbidden_.end());
    forbidden_.erase(std::unique(forbidden_.begin(), forbidden_.end()), forbidden_.end());
  }
  bool is_forbidden(std::size_t code) const { return std::binary_search(forbidden_.begin(), forbidden_.end(), code); }

  Pick choose() {
    if (!plain_) return options_.read_on && depth_ > 0 ? read_on() : weigh();
    if (!forbidden_.empty()) return choose_allowed();
    std::size_t total = 0;
    for (const SuffixInterval& interval : intervals_) total += interval.size();
    if (total == 0) return {};
    const Pick pick = element(below(bits(0), total));
    if (pick.code != 0) return pick;
    // An end of a text is no token; where it does not end this one, the draw is among the rest.
    if (options_.stop_at_text_end && depth_ > 0) return pick;
    return choose_allowed();
  }

  // Element u of the intervals together.
  Pick element(std::size_t u) const {
    std::size_t s = 0;
    while (u >= intervals_[s].size()) u -= intervals_[s++].size();
    const std::size_t rank = intervals_[s].first + u;
    return {s, rank, shards_[s].index.code_at(shards_[s].index.suffix(rank) + depth_)};
  }

  // A uniform element of the intervals without ends of texts and forbidden tokens.
  Pick choose_allowed() {
    const bool ends = options_.stop_at_text_end && depth_ > 0;
    allowed_.clear();
    std::size_t total = 0;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      const SuffixInterval all = intervals_[s];
      if (all.empty()) continue;
      std::size_t from = ends ? all.first : (std::max)(all.first, shards_[s].index.narrow_code(all, depth_, 0).last);
      const auto add = [&](std::size_t to) {
        if (to <= from) return;
        allowed_.push_back({s, {from, to}});
        total += to - from;
      };
      for (const std::size_t code : forbidden_) {
        const SuffixInterval out = shards_[s].index.narrow_code({from, all.last}, depth_, code);
        if (out.empty()) continue;
        add(out.first);
        from = out.last;
      }
      add(all.last);
    }
    if (total == 0) return {};
    std::size_t u = below(bits(1), total), which = 0;
    while (u >= allowed_[which].second.size()) u -= allowed_[which++].second.size();
    const std::size_t s = allowed_[which].first, rank = allowed_[which].second.first + u;
    return {s, rank, shards_[s].index.code_at(shards_[s].index.suffix(rank) + depth_)};
  }

  // Calls visit(shard, code, first, last) for each run of suffixes that go on alike; ends have code 0.
  template <class Visit>
  void for_each_run(const Visit& visit) const {
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      const SuffixInterval all = intervals_[s];
      if (all.empty()) continue;
      const std::size_t from = (std::max)(all.first, shards_[s].index.narrow_code(all, depth_, 0).last);
      if (from > all.first) visit(s, 0, all.first, from);
      std::size_t at = from;
      for (const auto& next : shards_[s].index.successors({from, all.last}, depth_)) {
        visit(s, std::size_t{next.token} + 1, at, at + static_cast<std::size_t>(next.count));
        at += static_cast<std::size_t>(next.count);
      }
    }
  }

  // A token by its weight, then a uniform place of it.
  Pick weigh() {
    std::vector<Run>& runs = runs_;
    runs.clear();
    const bool ends = options_.stop_at_text_end && depth_ > 0;
    for_each_run([&](std::size_t s, std::size_t code, std::size_t first, std::size_t last) {
      if ((code > 0 || ends) && !is_forbidden(code)) runs.push_back({code, s, first, last});
    });
    if (shards_.size() > 1) {
      std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.code < b.code; });
    }
    std::vector<std::uint64_t>& counts = counts_;
    counts.clear();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (i == 0 || runs[i].code != runs[i - 1].code) counts.push_back(0);
      counts.back() += runs[i].last - runs[i].first;
    }
    std::vector<double>& weights = weights_;
    weights.assign(counts.size(), 1.0);
    if (options_.order != 0) sampler_.weigh(counts, weights);
    std::size_t which = draw_weighted(weights, bits(0));
    if (which >= weights.size()) return {};
    std::size_t u = below(bits(1), static_cast<std::size_t>(counts[which])), i = 0;
    for (; which > 0; ++i) which -= runs[i + 1].code != runs[i].code;
    for (; u >= runs[i].last - runs[i].first; ++i) u -= runs[i].last - runs[i].first;
    return {runs[i].shard, runs[i].first + u, runs[i].code};
  }

  // The first place behind a random one, through all shards and round, where the context is followed by a token.
  Pick read_on() const {
    std::size_t total = 0, start_of_shard = 0, least = kNowhere;
    for (const auto& shard : shards_) total += shard.index.symbols();
    const std::size_t from = below(bits(0), total);
    Pick pick;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      const Index& index = shards_[s].index;
      for (std::size_t rank = intervals_[s].first; rank < intervals_[s].last; ++rank) {
        const std::size_t distance = (start_of_shard + index.suffix(rank) + total - from) % total;
        const std::size_t code = index.code_at(index.suffix(rank) + depth_);
        if (distance < least && (code != 0 || options_.stop_at_text_end)) {
          least = distance;
          pick = {s, rank, code};
        }
      }
      start_of_shard += index.symbols();
    }
    return pick;
  }

  // The next required token, if it is due and can follow: in the first half of its time behind a context of two, then
  // behind one, at last anywhere.
  Pick require_token() {
    const std::size_t written = result_.tokens.size(), left = options_.length - written;
    const std::size_t pending = options_.required.size() - pending_;
    const std::size_t slot = (std::max)(std::size_t{1}, options_.length / (options_.required.size() + 1));
    const std::size_t due = (pending_ + 1) * slot;
    const bool urgent = left <= pending;
    if (!urgent && written < due) return {};
    const std::size_t code = std::size_t{options_.required[pending_]} + 1;
    if (is_forbidden(code)) return {};
    const std::size_t least = urgent ? 0 : written < due + slot / 2 ? (std::min)(std::size_t{2}, deepest_) : 1;
    if (depth_ < least) return {};
    const std::vector<std::size_t> ranks = ranks_;
    const std::size_t depth = depth_;
    while (true) {
      std::size_t total = 0;
      std::vector<SuffixInterval> places;
      for (std::size_t s = 0; s < shards_.size(); ++s) {
        places.push_back(intervals_[s].empty() ? SuffixInterval{}
                                               : shards_[s].index.narrow_code(intervals_[s], depth_, code));
        total += places.back().size();
      }
      if (total > 0) {
        ++pending_;
        std::size_t u = below(bits(2), total), s = 0;
        while (u >= places[s].size()) u -= places[s++].size();
        return {s, places[s].first + u, code};
      }
      if (depth_ <= least) break;
      shorten();
      set_intervals();
    }
    ranks_ = ranks;
    depth_ = depth;
    set_intervals();
    return {};
  }

  void take(const Pick& pick) {
    const Index& index = shards_[pick.shard].index;
    const std::size_t position = index.suffix(pick.rank) + depth_;
    for (std::size_t s = 0; s < trackers_.size(); ++s) {
      const bool known = s == pick.shard && !holds_boundary();
      trackers_[s].add(pick.code, pick.rank, known ? depth_ + 1 : 0);
      result_.longest_copy = (std::max)(result_.longest_copy, trackers_[s].depth());
    }
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      if (s == pick.shard) {
        ranks_[s] = pick.rank;
        continue;
      }
      const SuffixInterval longer =
          intervals_[s].empty() ? SuffixInterval{} : shards_[s].index.narrow_code(intervals_[s], depth_, pick.code);
      ranks_[s] = longer.empty() ? kNowhere : longer.first;
    }
    if (options_.provenance) note_source(pick.shard, position);
    ++depth_;
    // One shard is never searched for what was written, but for the start.
    if (shards_.size() > 1 || written_.size() < 2) written_.push_back(pick.code);
    result_.tokens.push_back(static_cast<Token>(pick.code - 1));
  }

  void note_source(std::size_t shard, std::size_t position) {
    const TextPosition place = shards_[shard].index.locate(position);
    std::size_t text = place.text;
    for (std::size_t s = 0; s < shard; ++s) text += shards_[s].index.texts();
    const bool goes_on = !result_.sources.empty() && result_.sources.back().text == text &&
                         result_.sources.back().offset + 1 == place.offset;
    run_ = goes_on ? run_ + 1 : 1;
    result_.longest_run = (std::max)(result_.longest_run, run_);
    const std::size_t tokens = depth_ - (holds_boundary() ? 1 : 0);
    result_.sources.push_back({place.offset, static_cast<std::uint32_t>(text), static_cast<std::uint32_t>(tokens)});
  }

  const Shards& shards_;
  const GenerateOptions<Token>& options_;
  const Sampler& sampler_;
  std::uint64_t key_;
  std::vector<std::size_t> ranks_;         // of each shard: a suffix that begins with the context
  std::vector<SuffixInterval> intervals_;  // of each shard: all of them
  std::vector<CopyTracker<Index>> trackers_;
  std::vector<std::size_t> written_, forbidden_;
  std::vector<std::pair<std::size_t, SuffixInterval>> allowed_;
  // Of one step, kept for their memory.
  std::vector<Run> runs_;
  std::vector<std::uint64_t> counts_;
  std::vector<double> weights_;
  std::size_t deepest_ = 0, depth_ = 0, pending_ = 0, run_ = 0;
  bool tracks_ = false, plain_ = true;
  GeneratedText<Token> result_;
};

}  // namespace pastiche::detail
