# awk -f doxygen_filter.awk FILE.md: what Doxygen reads in place of the page. Doxygen 1.9.4 gives headings no anchors of
# their own: each gets FILE_anchor, as GitHub would make it, and links to anchors follow. Pictures lie beside the pages.
function slug_of(heading) {
  heading = tolower(heading)
  gsub(/[^a-z0-9_ -]/, "", heading)
  gsub(/ /, "-", heading)
  return heading
}
function page_of(path) {
  sub(/.*\//, "", path)
  sub(/\.md$/, "", path)
  return tolower(path)
}
BEGIN {
  page = page_of(ARGV[1])
  if (ARGV[1] ~ /docs\/README\.md$/) page = "docs"
}
/^ *```/ { fence = !fence; print; next }
fence { print; next }
/^##+ / { print $0 " {#" page "_" slug_of(substr($0, index($0, " ") + 1)) "}"; next }
{
  line = $0
  done = ""
  while (match(line, /\]\([^):]*#[^)]*\)/)) {
    target = substr(line, RSTART + 2, RLENGTH - 3)
    hash = index(target, "#")
    to = hash > 1 ? page_of(substr(target, 1, hash - 1)) : page
    done = done substr(line, 1, RSTART - 1) "](#" to "_" substr(target, hash + 1) ")"
    line = substr(line, RSTART + RLENGTH)
  }
  line = done line
  if (line ~ /^\*".*"\*$/) line = "<em>" substr(line, 2, length(line) - 2) "</em>"
  gsub(/src="(docs\/)?pictures\//, "src=\"", line)
  print line
}
