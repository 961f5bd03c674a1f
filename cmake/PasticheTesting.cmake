# How the project builds its own programs: tests, benchmarks, examples. Nothing here reaches a consumer.
include_guard(GLOBAL)

option(PASTICHE_TEST_OPTIMIZE "Build tests that ask for it at several optimisation levels" ON)
option(PASTICHE_TEST_PCH      "Precompile what nearly every CPU test includes" ON)
option(PASTICHE_TEST_BUILD    "Test headers one by one, compile errors, and downstream projects" ON)
set(PASTICHE_TEST_DATA "${PROJECT_SOURCE_DIR}/../shared/data" CACHE PATH
    "Pictures and texts that some tests use; they skip where the folder does not exist")
mark_as_advanced(PASTICHE_TEST_OPTIMIZE PASTICHE_TEST_PCH PASTICHE_TEST_BUILD)

# Warnings for our own targets only; never INTERFACE.
function(pastiche_own_target target)
  target_link_libraries(${target} PRIVATE pastiche::pastiche)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    # -Wpedantic is for C++ only: on nvcc's intermediate file it complains about every #line.
    target_compile_options(${target} PRIVATE
      $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow>
      $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra>)
    if(PASTICHE_WERROR)
      target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Werror> $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>)
    endif()
  endif()
endfunction()

# Reads what a source says it needs in a comment near its top, such as
#   // test: devices=cpu,thrust,cuda libraries=pastiche::io,pastiche::eigen optimize=O0,O2,O3 simd_levels
# Sets NEEDS_DEVICES (cpu if it says nothing), NEEDS_LIBRARIES, NEEDS_OPTIMIZE, NEEDS_FLAGS, NEEDS_PEERS, and
# NEEDS_MISSING: the libraries that this machine does not have.
function(pastiche_read_needs source keyword)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  set(devices cpu)
  set(libraries)
  set(optimize)
  set(peers)
  set(flags)
  set(missing)
  file(STRINGS "${source}" line REGEX "^// ${keyword}: " LIMIT_COUNT 1)
  string(REGEX REPLACE "^// ${keyword}: *" "" words "${line}")
  separate_arguments(words UNIX_COMMAND "${words}")
  foreach(word IN LISTS words)
    if(word MATCHES "^(devices|libraries|optimize|peers)=(.+)$")
      string(REPLACE "," ";" ${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
    elseif(word STREQUAL "simd_levels")
      list(APPEND flags SIMD_LEVELS)
    elseif(word STREQUAL "program")
      list(APPEND flags PROGRAM)
      if(NOT TARGET example.pastiche)
        list(APPEND missing "program pastiche")
      endif()
    else()
      message(WARNING "${source}: '${word}' is not devices=, libraries=, optimize=, peers=, simd_levels or program")
    endif()
  endforeach()
  foreach(device IN LISTS devices)
    if(NOT device MATCHES "^(cpu|thrust|cuda)$")
      message(FATAL_ERROR "${source}: '${device}' is not a device; there are cpu, thrust and cuda")
    endif()
  endforeach()
  foreach(library IN LISTS libraries)
    if(NOT TARGET ${library})
      list(APPEND missing ${library})
    endif()
  endforeach()
  foreach(name devices libraries optimize peers flags missing)
    string(TOUPPER "NEEDS_${name}" result)
    set(${result} "${${name}}" PARENT_SCOPE)
  endforeach()
endfunction()

# pastiche_add_program(<target> <source> <device> [OBJECT] [LIBRARIES ...]): one executable (or its object file
# alone) for one device.
function(pastiche_add_program target source device)
  cmake_parse_arguments(ARG "OBJECT" "" "LIBRARIES" ${ARGN})
  if(device STREQUAL "cuda")
    # A one-line .cu that includes the C++ source: one file cannot be both languages in one directory.
    get_filename_component(path "${source}" ABSOLUTE)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.cu")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${path}\"\n")
  endif()
  if(ARG_OBJECT)
    add_library(${target} OBJECT "${source}")
  else()
    add_executable(${target} "${source}")
  endif()
  pastiche_own_target(${target})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${target} PRIVATE "PASTICHE_TEST_DATA=\"${PASTICHE_TEST_DATA}\"")
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES})
  if(device STREQUAL "cpu" AND TARGET pastiche::openmp)
    target_link_libraries(${target} PRIVATE pastiche::openmp)
  elseif(device STREQUAL "thrust")
    target_compile_definitions(${target} PRIVATE PASTICHE_TEST_THRUST)
    target_link_libraries(${target} PRIVATE pastiche::thrust_omp)
    if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
      # Thrust's device references bind a null execution policy; without a sanitizer this says nothing.
      target_compile_options(${target} PRIVATE -fno-sanitize=null)
    endif()
  elseif(device STREQUAL "cuda")
    target_compile_definitions(${target} PRIVATE PASTICHE_TEST_CUDA)
    target_link_libraries(${target} PRIVATE pastiche::cuda)
    if(TARGET pastiche::openmp)
      target_link_libraries(${target} PRIVATE pastiche::openmp)
    endif()
  endif()
endfunction()

function(pastiche_can_build device out)
  if(device STREQUAL "cpu" OR (device STREQUAL "thrust" AND TARGET pastiche::thrust_omp)
     OR (device STREQUAL "cuda" AND PASTICHE_CUDA))
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

# pastiche_register_test(<name> <target> <label> [SIMD_LEVELS]): runs a test program, and if asked once more
# for every instruction set the program may be held down to.
function(pastiche_register_test name target label)
  set(environment "OMP_WAIT_POLICY=passive" "UBSAN_OPTIONS=print_stacktrace=1")
  set(names ${name})
  add_test(NAME ${name} COMMAND ${target})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}")
  if("SIMD_LEVELS" IN_LIST ARGN)
    foreach(level baseline avx2 avx512)
      list(APPEND names ${name}.${level})
      add_test(NAME ${name}.${level} COMMAND ${target})
      set_tests_properties(${name}.${level} PROPERTIES ENVIRONMENT "${environment};PASTICHE_SIMD=${level}")
    endforeach()
  endif()
  set_tests_properties(${names} PROPERTIES LABELS ${label} SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

# pastiche_add_test(<name> <source> [DEVICES cpu thrust cuda] [LIBRARIES ...] [OPTIMIZE O0 O2 O3] [SIMD_LEVELS]
#                   [PROGRAM])
# makes test.<name>.<device> for each device that can be built here, and test.<name>.cpu.O0 and so on.
function(pastiche_add_test name source)
  cmake_parse_arguments(ARG "SIMD_LEVELS;PROGRAM" "" "DEVICES;LIBRARIES;OPTIMIZE" ${ARGN})
  if(NOT ARG_DEVICES)
    set(ARG_DEVICES cpu)
  endif()
  foreach(device IN LISTS ARG_DEVICES)
    set(levels)
    if(ARG_SIMD_LEVELS AND device STREQUAL "cpu")
      set(levels SIMD_LEVELS)  # the kernels of other devices know no instruction set
    endif()
    pastiche_can_build(${device} possible)
    if(NOT possible)
      continue()
    endif()
    set(variants "")
    if(device STREQUAL "cpu" AND PASTICHE_TEST_OPTIMIZE AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
      string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
      foreach(level IN LISTS ARG_OPTIMIZE)
        # The plain variant already has the level of the build type.
        if(NOT "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}} " MATCHES "-${level} ")
          list(APPEND variants .${level})
        endif()
      endforeach()
    endif()
    foreach(variant IN LISTS variants ITEMS "")
      set(target test.${name}.${device}${variant})
      pastiche_add_program(${target} "${source}" ${device} LIBRARIES ${ARG_LIBRARIES})
      if(variant)
        string(REPLACE "." "-" option "${variant}")
        target_compile_options(${target} PRIVATE ${option})
      elseif(ARG_PROGRAM)
        # The test runs the command line program.
        target_compile_definitions(${target} PRIVATE "PASTICHE_PROGRAM=\"$<TARGET_FILE:example.pastiche>\"")
        add_dependencies(${target} example.pastiche)
      elseif(device STREQUAL "cpu" AND TARGET pastiche_test_pch AND "${ARG_LIBRARIES}" MATCHES "^(pastiche::(io|eigen);?)*$")
        # Other libraries may define macros, and then the precompiled header does not fit.
        target_precompile_headers(${target} REUSE_FROM pastiche_test_pch)
      endif()
      if(device STREQUAL "cuda")
        target_link_libraries(${target} PRIVATE pastiche_test_main_cuda)
        add_dependencies(cuda_tests ${target})
        pastiche_register_test(${name}.${device} ${target} cuda)
      else()
        target_link_libraries(${target} PRIVATE pastiche_test_main)
        pastiche_register_test(${name}.${device}${variant} ${target} ${device} ${levels})
      endif()
    endforeach()
  endforeach()
endfunction()

# pastiche_add_fuzzer(<name> <source> [LIBRARIES ...]): the program fuzz.<name> and a test that runs it for a moment;
# where the whole build is instrumented for libFuzzer (the preset fuzz), libfuzzer.<name> too.
function(pastiche_add_fuzzer name source)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  pastiche_add_program(fuzz.${name} "${source}" cpu LIBRARIES ${ARG_LIBRARIES})
  pastiche_register_test(fuzz.${name} fuzz.${name} cpu)
  if(CMAKE_CXX_FLAGS MATCHES "fuzzer-no-link")
    pastiche_add_program(libfuzzer.${name} "${source}" cpu LIBRARIES ${ARG_LIBRARIES})
    target_compile_definitions(libfuzzer.${name} PRIVATE PASTICHE_LIBFUZZER)
    target_link_options(libfuzzer.${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

# A file under compile_fail/ must not compile, and an error must match its first line, "// error: <regex>".
function(pastiche_add_compile_fail_tests)
  set(settings "${CMAKE_CURRENT_BINARY_DIR}/compile_fail_$<CONFIG>.cmake")
  file(GENERATE OUTPUT "${settings}" CONTENT
"set(include_dirs \"${PROJECT_SOURCE_DIR}/tests;$<TARGET_PROPERTY:pastiche,INTERFACE_INCLUDE_DIRECTORIES>\")
set(implicit_dirs \"${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES}\")
set(flags \"${CMAKE_CXX_FLAGS}\")
")
  foreach(source IN LISTS ARGN)
    get_filename_component(name "${source}" NAME_WE)
    add_test(NAME compile_fail.${name}
             COMMAND ${CMAKE_COMMAND} "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DSOURCE=${source}" "-DSETTINGS=${settings}"
                     -P "${PROJECT_SOURCE_DIR}/cmake/check_compile_fail.cmake")
    set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail TIMEOUT 300)
  endforeach()
endfunction()

# Rules about the text of the headers.
function(pastiche_add_text_tests)
  foreach(rules words floors)
    add_test(NAME text.${rules} COMMAND sh "${PROJECT_SOURCE_DIR}/cmake/check_text.sh" ${rules}
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(text.${rules} PROPERTIES LABELS text TIMEOUT 300)
  endforeach()
endfunction()

# A downstream project that finds an installed pastiche, adds its sources, or only has -I.
function(pastiche_add_consumer_tests)
  foreach(way find_package add_subdirectory include)
    add_test(NAME consumer.${way}
             COMMAND ${CMAKE_COMMAND} -DWAY=${way} "-DPASTICHE_BUILD=${PROJECT_BINARY_DIR}"
                     "-DPASTICHE_SOURCE=${PROJECT_SOURCE_DIR}" "-DGENERATOR=${CMAKE_GENERATOR}"
                     "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/consumer/${way}"
                     -P "${PROJECT_SOURCE_DIR}/tests/consumer/check.cmake")
    set_tests_properties(consumer.${way} PROPERTIES LABELS consumer TIMEOUT 300)
  endforeach()
endfunction()
