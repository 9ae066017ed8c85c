// What SQLite's documentation lists as built in and as without effects: core, dates, aggregates, windows, mathematics, JSON,
// full-text search, geopoly. Left out on purpose: load_extension, readfile, writefile, edit, fts3_tokenizer and sqlite_log act on
// the process or on files; optimize rewrites an index; fts5, rtreecheck, rtreenode and rtreedepth are for debugging.
const core =
  "abs changes char coalesce concat concat_ws format glob hex if ifnull iif instr last_insert_rowid length like likelihood likely " +
  "lower ltrim max min nullif octet_length printf quote random randomblob replace round rtrim sign soundex sqlite_compileoption_get " +
  "sqlite_compileoption_used sqlite_source_id sqlite_version substr substring subtype total_changes trim typeof unhex unicode unistr " +
  "unistr_quote unlikely upper zeroblob";
const dates = "current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch";
const aggregates =
  "avg count group_concat median percentile percentile_cont percentile_disc string_agg sum total cume_dist dense_rank first_value lag " +
  "last_value lead nth_value ntile percent_rank rank row_number";
const mathematics =
  "acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power radians sin sinh " +
  "sqrt tan tanh trunc";
const json =
  "array array_insert array_length error_position extract group_array group_object insert object patch pretty quote remove replace " +
  "set type valid each tree";
const search = "bm25 highlight snippet matchinfo offsets";
const geopoly = "area bbox blob ccw contains_point group_bbox json overlap regular svg within xform"
  .split(" ")
  .map((name) => `geopoly_${name}`);

/** The functions that a statement may call. Names in lower case. */
export const readingFunctions: ReadonlySet<string> = new Set([
  ...[core, dates, aggregates, mathematics, search].flatMap((names) => names.split(" ")),
  ...json.split(" ").flatMap((name) => [`json_${name}`, `jsonb_${name}`]),
  "json",
  "jsonb",
  ...geopoly,
  "generate_series",
]);

/** The table-valued functions that read the schema. Each pragma is one; most change the session or the process. */
export const readingPragmas: ReadonlySet<string> = new Set(
  (
    "collation_list compile_options database_list foreign_key_list function_list index_info index_list index_xinfo module_list " +
    "page_count page_size pragma_list table_info table_list table_xinfo encoding schema_version user_version application_id " +
    "freelist_count data_version foreign_key_check"
  ).split(" "),
);

/** The kinds of virtual tables that a statement may read. Others run code that nobody here has looked at. */
export const readingModules: ReadonlySet<string> = new Set(
  "dbstat fts3 fts4 fts4aux fts5 fts5vocab generate_series geopoly json_each json_tree jsonb_each jsonb_tree rtree rtree_i32".split(
    " ",
  ),
);

/** Functions that no option allows: they reach files, programs or the process's memory. */
export const refusedFunctions: ReadonlySet<string> = new Set(
  "load_extension readfile writefile edit eval fsdir zipfile fts3_tokenizer sqlite_log optimize".split(" "),
);
