/**
 * The built-in functions that may be called: they return a value, and do nothing else.
 *
 * Left out on purpose: what waits (SLEEP, BENCHMARK), locks (GET_LOCK and its like), reads files or keys (LOAD_FILE, DES_*), runs
 * or moves something (NEXTVAL, SETVAL, LASTVAL, DEFAULT, LAST_INSERT_ID, UUID_SHORT, MASTER_*, WSREP_*, SET_USER_ID), and what only
 * costs (ENCRYPT, KDF); what ends MariaDB itself by a shape that it cannot compute (ST_BUFFER, ST_POINTONSURFACE) or by bytes that are
 * none (ST_GEOMFROMWKB); and LINESTRING, POLYGON and their like, with whose names MariaDB calls a person's own function where it is
 * given no arguments.
 */
const both = `
  abs acos ascii asin atan atan2 bin bit_count bit_length ceil ceiling conv cos cot crc32 degrees exp floor format hex ln log
  log10 log2 mod oct octet_length ord pi pow power radians rand round sign sin sqrt tan truncate
  char char_length character_length charset coercibility collation concat concat_ws elt export_set field find_in_set from_base64
  insert instr lcase left length locate lower lpad ltrim make_set mid position quote repeat replace reverse right rpad rtrim
  soundex space strcmp substr substring substring_index to_base64 trim ucase unhex upper weight_string
  regexp_instr regexp_replace regexp_substr
  adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add date_format date_sub
  datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format hour last_day localtime
  localtimestamp makedate maketime microsecond minute month monthname now period_add period_diff quarter sec_to_time second
  str_to_date subdate subtime sysdate time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_days
  to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear year yearweek
  cast convert coalesce greatest if ifnull isnull least nullif
  avg bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max min std stddev stddev_pop stddev_samp sum
  var_pop var_samp variance
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
  json_array json_array_append json_array_insert json_contains json_contains_path json_depth json_extract json_insert json_keys
  json_length json_merge_patch json_merge_preserve json_object json_overlaps json_pretty json_quote json_remove json_replace
  json_search json_set json_type json_unquote json_valid json_value
  connection_id current_role current_user database schema session_user system_user user version
  aes_decrypt aes_encrypt compress md5 random_bytes sha sha1 sha2 uncompress uncompressed_length uuid
  inet6_aton inet6_ntoa inet_aton inet_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
  extractvalue updatexml
  point st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_centroid st_contains st_convexhull st_crosses
  st_difference st_dimension st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring
  st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_interiorringn st_intersection st_intersects
  st_isclosed st_isempty st_issimple st_length st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromtext
  st_pointn st_polygonfromtext st_srid st_startpoint st_symdifference st_touches st_union st_within st_x st_y
  mbrcontains mbrdisjoint mbrequal mbrintersects mbroverlaps mbrtouches mbrwithin`;

const ofMariaDb = `
  add_months chr crc32c json_compact json_detailed json_equals json_exists json_loose json_normalize json_query lengthb median
  natural_sort_key nvl nvl2 percentile_cont percentile_disc sformat st_isring st_relate to_char`;

const ofMySql = `
  any_value bin_to_uuid grouping is_uuid json_schema_valid json_schema_validation_report json_storage_size regexp_like
  st_geohash st_isvalid st_latitude st_longitude st_makeenvelope st_simplify st_transform st_validate
  uuid_to_bin`;

const setOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const onAny = setOf(both + ofMariaDb + ofMySql);
const onOne = { MariaDB: setOf(both + ofMariaDb), MySQL: setOf(both + ofMySql) };

/** The two families of servers. A function that only one of them has would be a person's own on the other. */
export type Flavour = "MariaDB" | "MySQL";

/** Every function that may be called on a server of this family; without one, on any. */
export function allowedFunctions(flavour?: Flavour): ReadonlySet<string> {
  return flavour === undefined ? onAny : onOne[flavour];
}
