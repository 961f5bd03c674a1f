// SPDX-License-Identifier: MIT
// The one translation unit of pastiche::io. It holds stb's implementation, which takes seconds to compile.
#include <pastiche/io/image_impl.hpp>
