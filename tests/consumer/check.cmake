# Builds and runs the consumer project. -DWAY=find_package|add_subdirectory|include
file(MAKE_DIRECTORY "${WORK}")
set(here "${CMAKE_CURRENT_LIST_DIR}")

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what} failed (${status}):\n${output}")
  endif()
endfunction()

if(WAY STREQUAL "include")
  # A copy of include/ and a compiler: no CMake, no macro, no flag but the language.
  run("compiling" "${COMPILER}" -std=c++20 "-I${PASTICHE_SOURCE}/include" "${here}/a.cpp" "${here}/b.cpp"
      -o "${WORK}/consumer")
  run("the program" "${WORK}/consumer")
  return()
endif()

set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" -S "${here}" -B "${WORK}/build")
if(WAY STREQUAL "find_package")
  run("installing" "${CMAKE_COMMAND}" --install "${PASTICHE_BUILD}" --prefix "${WORK}/prefix")
  list(APPEND configure "-DCMAKE_PREFIX_PATH=${WORK}/prefix")

  # A component that is not there is an error that says so.
  execute_process(COMMAND ${configure} -DPASTICHE_REQUIRED=teleport
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status EQUAL 0 OR NOT output MATCHES "no component 'teleport'")
    message(FATAL_ERROR "an unknown component gave (${status}):\n${output}")
  endif()
else()
  list(APPEND configure "-DPASTICHE_SOURCE=${PASTICHE_SOURCE}")
endif()
run("configuring" ${configure} -DPASTICHE_REQUIRED=)
run("building" "${CMAKE_COMMAND}" --build "${WORK}/build")
run("the program" "${WORK}/build/consumer")
