/**
 * Words that are no name unless they are quoted, on MariaDB 10.11 or on MySQL 8 and 9.
 *
 * Every word that begins a clause which locks, writes or runs something is one of them: INTO, FOR, LOCK, PROCEDURE.
 */
const words = `
  accessible add all alter analyze and any as asc asensitive before between bigint binary blob both by call cascade case change
  char character check collate column condition constraint continue convert create cross cube current_date current_path
  current_role current_time current_timestamp current_user cursor databases day_hour day_microsecond day_minute day_second dec
  decimal declare default delayed delete delete_domain_id desc describe deterministic distinct distinctrow div do_domain_ids
  double drop dual each else elseif empty enclosed escaped except exists exit explain false fetch float float4 float8 for force
  foreign from fulltext function generated get grant group grouping groups having high_priority hour_microsecond hour_minute
  hour_second if ignore ignore_domain_ids in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer
  intersect interval into io_after_gtids io_before_gtids is iterate join json_table key keys kill lateral leading leave left
  like limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority manual
  master_bind master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert match maxvalue mediumblob mediumint
  mediumtext middleint minus minute_microsecond minute_second mod modifies natural no_write_to_binlog not null numeric of
  offset on optimize optimizer_costs option optionally or order out outer outfile over page_checksum parallel parse_vcol_expr
  partition portion precision primary procedure purge qualify range read read_write reads real recursive ref_system_id
  references regexp release rename repeat replace require resignal restrict return returning revoke right rlike row
  row_number rows schemas second_microsecond select sensitive separator set show signal smallint some spatial specific sql
  sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result sqlexception sqlstate sqlwarning
  ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join system table tablesample terminated
  then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage use using utc_date
  utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when where while window with write xor
  year_month zerofill`;

const reserved: ReadonlySet<string> = new Set(words.trim().split(/\s+/));

/** Of them, those that MariaDB takes for a name behind AS, where no other thing can stand. */
const aliases: ReadonlySet<string> = new Set(
  `any cube empty function generated get grouping groups lateral manual of option parallel qualify row some stored system tablesample
  virtual window`.split(/\s+/),
);

/** Whether a word, whatever its case, is a name behind AS. */
export function isAlias(word: string): boolean {
  return !isReserved(word) || aliases.has(word.toLowerCase());
}

/** Whether a word, whatever its case, is no name unless it is quoted. */
export function isReserved(word: string): boolean {
  return reserved.has(word.toLowerCase());
}
