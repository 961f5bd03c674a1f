# awk -v device=cpu [-v have=pastiche::io,pastiche::openmp] -f cmake/snippets.awk FILE.md...
# Makes one C++ unit of the ```cpp blocks of these files: includes first, then every block in a namespace of its own.
# #line keeps the file and line of the block in messages. CONTRIBUTING.md explains the comment before a block,
#   <!-- snippet: [statements] [continues] [global] [device=thrust|cuda] [needs=pastiche::eigen] -->
#   <!-- snippet: skip because REASON -->
# A block with `int main() {` is also called when the unit runs; main comes last in a block.

function report(what) {
  printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
  bad = 1
}

# Sets the options of the block that begins here.
function read_marker(   words, n, i) {
  split("", is)
  wanted = "cpu"
  needs = ""
  if (marker ~ /^skip because ./) { is["skip"] = 1; return }
  n = split(marker, words, " ")
  for (i = 1; i <= n; i++) {
    if (words[i] ~ /^(statements|continues|global)$/) is[words[i]] = 1
    else if (words[i] ~ /^device=(thrust|cuda)$/) wanted = substr(words[i], 8)
    else if (words[i] ~ /^needs=pastiche::/) needs = substr(words[i], 7)
    else report("snippet: " words[i] " is not statements, continues, global, device=, needs= or skip because REASON")
  }
}

function emit(line) { text[++lines] = line }
function emit_line_number(n) { emit("#line " n " \"" FILENAME "\"") }

function begin_block() {
  read_marker()
  taken = !("skip" in is) && wanted == device && (needs == "" || index("," have ",", "," needs ","))
  first = FNR + 1
  has_main = 0
  if (!taken) return
  if (!("continues" in is)) {
    space = FILENAME "_" first
    gsub(/[^A-Za-z0-9]/, "_", space)
  }
  if (!("global" in is)) emit("namespace snippets::" space " {")
  if ("statements" in is) {
    emit("using namespace pastiche;")
    emit("using namespace given;")
    emit("void run_" first "() {")
  }
  emit_line_number(first)
}

function end_block() {
  if (!taken) return
  if ("statements" in is) emit("}")
  if (!("global" in is)) emit("}  // " space)
  if (has_main == 1) calls[++call_count] = "  run(\"" FILENAME ":" first "\", " ("global" in is ? "::" : "snippets::" space "::") "program);"
  blocks++
}

FNR == 1 { fence = ""; marker = ""; space = "" }

fence == "" && /^<!-- snippet: .* -->$/ {
  marker = $0
  sub(/^<!-- snippet: */, "", marker)
  sub(/ *-->$/, "", marker)
  next
}
fence == "" && /^```/ {
  fence = substr($1, 4)
  if (fence == "") fence = "text"
  if (fence == "cpp") begin_block()
  else if (marker != "") report("a snippet comment stands before a block that is not cpp")
  marker = ""
  next
}
fence != "" && /^```$/ {
  if (fence == "cpp") end_block()
  fence = ""
  next
}
fence == "" && /^ +```cpp/ { report("a block of cpp begins at the margin") }
fence == "" && NF > 0 && marker != "" { report("a snippet comment stands before no block"); marker = "" }
fence != "cpp" || !taken { next }
/^ *# *include/ {
  if (!(($2) in seen)) {
    seen[$2] = 1
    includes[++include_count] = "#line " FNR " \"" FILENAME "\"\n" $0
  }
  emit("")
  next
}
# Another name, because a program has one main; and only that one returns 0 by itself.
/^int main\(\) [{]/ { has_main = 1; sub(/main/, "program") }
/^int main\(int / { has_main = 2; sub(/main/, "program") }
has_main && /^}$/ { emit("return 0; }"); next }
{ emit($0) }

END {
  if (bad) exit 1
  print "// Made by cmake/snippets.awk."
  for (i = 1; i <= include_count; i++) print includes[i]
  print "#include \"docs/preamble.hpp\""
  for (i = 1; i <= lines; i++) print text[i]
  print "#line 1 \"calls of snippets\""
  print "int main() {"
  print "  using snippets::run;"
  print "  snippets::make_pictures();"
  for (i = 1; i <= call_count; i++) print calls[i]
  print "  return snippets::failures();"
  print "}"
}
