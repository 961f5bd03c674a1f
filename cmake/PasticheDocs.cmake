# The documentation: its reference pages, and the tests that its code compiles, its commands run and its links lead
# somewhere. Nothing here reaches a consumer.
include_guard(GLOBAL)

# Target `docs`: the pages, in docs/html of the build folder; a warning of Doxygen is an error.
function(pastiche_add_docs_target)
  find_package(Doxygen 1.9.4 QUIET)
  if(NOT DOXYGEN_FOUND)
    message(STATUS "Target docs is left out: there is no doxygen")
    return()
  endif()
  file(GLOB pictures CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/pictures/*.png" "${PROJECT_SOURCE_DIR}/docs/pictures/*.jpg")
  list(TRANSFORM pictures REPLACE ".+" "\"\\0\"")
  list(JOIN pictures " " PASTICHE_DOCS_PICTURES)
  configure_file("${PROJECT_SOURCE_DIR}/docs/Doxyfile.in" "${PROJECT_BINARY_DIR}/docs/Doxyfile" @ONLY)
  add_custom_target(docs COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/docs/Doxyfile"
                    COMMENT "Pages of the documentation: docs/html/index.html" VERBATIM)
endfunction()

# One program of all ```cpp blocks meant for a device: test docs.snippets.<device>. CUDA's are only compiled.
function(pastiche_add_snippets device)
  cmake_parse_arguments(ARG "" "" "FILES;LIBRARIES" ${ARGN})
  set(have)
  foreach(library IN LISTS ARG_LIBRARIES)
    if(TARGET ${library})
      list(APPEND have ${library})
    endif()
  endforeach()
  set(unit "${CMAKE_CURRENT_BINARY_DIR}/docs_snippets_${device}.cpp")
  list(JOIN have "," have_names)
  list(TRANSFORM ARG_FILES PREPEND "${PROJECT_SOURCE_DIR}/" OUTPUT_VARIABLE paths)
  add_custom_command(OUTPUT "${unit}"
    COMMAND awk -v device=${device} -v have=${have_names} -f cmake/snippets.awk ${ARG_FILES} > "${unit}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" VERBATIM
    DEPENDS ${paths} "${PROJECT_SOURCE_DIR}/cmake/snippets.awk"
    COMMENT "Code of the documentation for ${device}")
  set(target test.docs.snippets.${device})
  set(object)
  if(device STREQUAL "cuda")
    set(object OBJECT)  # programs that choose Cuda end without a GPU
  endif()
  pastiche_add_program(${target} "${unit}" ${device} ${object} LIBRARIES ${have})
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    # It is compiled to see that it compiles; what a snippet makes nobody may use.
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O0;-Wno-unused>)
  endif()
  if(device STREQUAL "cuda")
    set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${target}.cu" PROPERTIES OBJECT_DEPENDS "${unit}")
    add_dependencies(cuda_tests ${target})
    return()
  endif()
  set(work "${CMAKE_CURRENT_BINARY_DIR}/docs_${device}")
  file(MAKE_DIRECTORY "${work}")
  add_test(NAME docs.snippets.${device} COMMAND ${target} WORKING_DIRECTORY "${work}")
  set_tests_properties(docs.snippets.${device} PROPERTIES LABELS docs TIMEOUT 300
    ENVIRONMENT "OMP_WAIT_POLICY=passive" FIXTURES_SETUP docs_pictures_${device})
endfunction()

function(pastiche_add_docs_tests)
  file(GLOB files RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/*.md")
  list(PREPEND files README.md CONTRIBUTING.md)
  if(TARGET pastiche::io)
    pastiche_add_snippets(cpu FILES ${files} LIBRARIES pastiche::io pastiche::eigen pastiche::nanoflann pastiche::opencv)
    if(TARGET pastiche::thrust_omp)
      pastiche_add_snippets(thrust FILES ${files} LIBRARIES pastiche::io)
    endif()
    if(PASTICHE_CUDA)
      pastiche_add_snippets(cuda FILES ${files} LIBRARIES pastiche::io)
    endif()
  else()
    message(STATUS "Test docs.snippets is left out: there is no pastiche::io")
  endif()

  add_test(NAME docs.links COMMAND sh cmake/check_docs.sh WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set(tests docs.links)
  if(TARGET docs)
    add_test(NAME docs.doxygen COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/docs/Doxyfile")
    list(APPEND tests docs.doxygen)
  endif()
  if(TARGET example.pastiche AND TARGET pastiche::io)
    add_test(NAME docs.commands COMMAND sh cmake/run_commands.sh $<TARGET_FILE:example.pastiche>
                                        "${CMAKE_CURRENT_BINARY_DIR}/docs_cpu" ${files}
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(docs.commands PROPERTIES FIXTURES_REQUIRED docs_pictures_cpu)
    find_program(PASTICHE_GXX g++)
    mark_as_advanced(PASTICHE_GXX)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND PASTICHE_GXX AND EXISTS /usr/include/stb AND EXISTS /usr/include/xtensor)
      # Where the line for g++ can be run as it stands.
      set_tests_properties(docs.commands PROPERTIES ENVIRONMENT "PASTICHE_RUN_ALL=1")
    endif()
    list(APPEND tests docs.commands)
  endif()
  set_tests_properties(${tests} PROPERTIES LABELS docs TIMEOUT 300)
endfunction()
