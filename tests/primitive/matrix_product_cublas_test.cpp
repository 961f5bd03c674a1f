// SPDX-License-Identifier: MIT
// test: devices=cuda libraries=pastiche::cublas
// The tests of the matrix product, with cuBLAS.
#include "matrix_product_test.cpp"  // NOLINT
