// SPDX-License-Identifier: MIT
/// \file
/// One spelling for Catch2 2.13 (Debian 12, Ubuntu 22.04) and 3.x.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#  include <catch2/catch_approx.hpp>
#  include <catch2/catch_template_test_macros.hpp>
#  include <catch2/catch_test_macros.hpp>
#  include <catch2/generators/catch_generators.hpp>
#  include <catch2/generators/catch_generators_adapters.hpp>
#  include <catch2/generators/catch_generators_range.hpp>
#  include <catch2/matchers/catch_matchers_all.hpp>
using Catch::Approx;
#else
#  include <catch2/catch.hpp>
#endif
