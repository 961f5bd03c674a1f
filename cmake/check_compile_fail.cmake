# cmake -DCOMPILER=... -DSOURCE=... -DSETTINGS=... -P check_compile_fail.cmake
# SOURCE must not compile, and an error must match the regular expression in its first line.
include("${SETTINGS}")
file(STRINGS "${SOURCE}" first LIMIT_COUNT 1)
if(NOT first MATCHES "^// error: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line must be '// error: <regex>'")
endif()
set(expected "${CMAKE_MATCH_1}")

separate_arguments(flags UNIX_COMMAND "${flags}")
# To name the compiler's own folders again would break its search order.
list(REMOVE_ITEM include_dirs ${implicit_dirs})
list(TRANSFORM include_dirs PREPEND "-I")
execute_process(COMMAND "${COMPILER}" ${flags} -std=c++20 -fsyntax-only ${include_dirs} "${SOURCE}"
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles, but should not")
elseif(output MATCHES "fatal error:")
  message(FATAL_ERROR "${SOURCE} fails for another reason:\n${output}")
elseif(NOT output MATCHES "error:.*(${expected})")
  message(FATAL_ERROR "${SOURCE}: no error matches '${expected}':\n${output}")
endif()
