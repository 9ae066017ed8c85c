import type { AllowedObjects } from "./catalogue-object.js";

/**
 * Built-in functions that are not run, though the server calls some of them stable or immutable: they write, take locks, run SQL
 * that they are given as a text, reach files or other sessions, or evaluate a type that a text names.
 *
 * Matched against the name and against the C symbol behind it, so that a new name or a changed label frees none of them.
 */
export const deniedFunctions = new RegExp(
  [
    "^(be_)?lo_",
    "^(be_)?lo(read|write)$",
    "^lowrite$",
    "^pg_(try_)?advisory_",
    "^(pg_current_xact_id|txid_current|pg_nextoid|currtid.*)$",
    "^(nextval|setval|currval|lastval|setseed|drandom_setseed|set_config)",
    "_to_xml",
    "^(query|cursor|table|schema|database)_to_",
    "^ts_(stat|rewrite)",
    "^tsquery_rewrite_query$",
    "^pg_input_",
    "_validator$",
    "^satisfies_hash_partition$",
    "^pg_(read_|ls_|stat_file|current_logfile|tablespace_databases)",
    "^pg_(hba_file|ident_file|show_all_file)",
    "^pg_(sleep|notify|cancel|terminate|reload|rotate|promote|switch|export_snapshot|import|log_|create|drop|copy|sync)",
    "^pg_(logical|replication_slot_advance|wal_replay_(pause|resume)|restore|clear|backup|start_backup|stop_backup)",
    "^pg_replication_origin_(advance|create|drop|session_(reset|setup)|xact)",
    "^pg_stat_(reset|clear|force|statements_reset)",
    "^pg_(extension_config_dump|stop_making_pinned|get_multixact|isolation_test|event_trigger|wal_summary)",
    "^binary_upgrade_",
    "^(brin_(de)?summarize|gin_clean)",
    "^(query_to|dblink|pg_file_|pg_logdir)",
    // They set what the process keeps for whoever uses the session next.
    "^(isn_weak|accept_weak_input|weak_input_status|set_limit)$",
  ].join("|"),
);

const instead: readonly (readonly [functions: RegExp, advice: string])[] = [
  [/^(?:nextval|currval|lastval|setval)$/, "select last_value FROM the sequence, or from pg_sequences"],
  [/^(?:pg_current_xact_id|txid_current)$/, "take pg_current_snapshot()"],
  [/^(?:query|table|schema|database|cursor)_to_xml/, "count in the statement itself, or take reltuples of pg_class"],
  [/^pg_(?:try_)?advisory_/, "look into pg_locks"],
  [/^pg_sleep/, "let steady() or watch() ask again"],
  [/^set_config$/, "set what it needs by ALTER ROLE … SET"],
];

/** What a person may ask in the place of a function that has effects, if anything. */
export function insteadOf(name: string): string {
  const found = instead.find(([functions]) => functions.test(name));
  return found === undefined ? "" : `; ${found[1]} instead`;
}

/** Volatile built-in functions that only look: they answer something else each time, and change nothing that outlives the session. */
export const lookingFunctions: ReadonlySet<string> = new Set([
  ..."array_sample array_shuffle clock_timestamp current_query gen_random_uuid random random_normal timeofday".split(
    " ",
  ),
  ..."uuidv4 uuidv7 bernoulli system pg_blocking_pids txid_status pg_xact_status pg_xact_commit_timestamp".split(" "),
  ..."pg_xact_commit_timestamp_origin pg_last_committed_xact pg_collation_actual_version".split(" "),
  ..."pg_database_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery".split(" "),
  ..."pg_control_system pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn".split(" "),
  ..."pg_database_size pg_indexes_size pg_relation_size pg_table_size pg_tablespace_size".split(" "),
  ..."pg_total_relation_size pg_is_in_recovery pg_is_wal_replay_paused pg_get_wal_replay_pause_state".split(" "),
  ..."pg_jit_available pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp".split(" "),
  ..."pg_lock_status pg_notification_queue_usage pg_partition_ancestors pg_partition_tree".split(" "),
  ..."pg_prepared_xact pg_sequence_last_value pg_get_sequence_data pg_show_replication_origin_status".split(" "),
  ..."pg_get_wait_events pg_stat_get_backend_io pg_stat_get_backend_wal pg_stat_get_io".split(" "),
  ..."pg_stat_get_recovery_prefetch pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit".split(" "),
  ..."pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time".split(" "),
  ..."pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted".split(" "),
  ..."pg_stat_get_xact_tuples_fetched pg_stat_get_xact_tuples_hot_updated".split(" "),
  ..."pg_stat_get_xact_tuples_inserted pg_stat_get_xact_tuples_newpage_updated".split(" "),
  ..."pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated pg_stat_have_stats".split(" "),
  ..."pg_get_aios pg_get_backend_memory_contexts pg_get_shmem_allocations pg_get_wal_summarizer_state".split(" "),
  ..."pg_safe_snapshot_blocking_pids".split(" "),
  // Of the extensions below.
  ..."pg_stat_statements pg_stat_statements_info".split(" "),
  ..."uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes gen_salt".split(" "),
  ..."system_rows system_time".split(" "),
]);

/**
 * Extensions of PostgreSQL's own distribution whose C functions compute, and the library that each must come from.
 *
 * Their functions are run where they are not volatile; their types, operators and indexes are trusted.
 */
export const trustedExtensions: Readonly<Record<string, string>> = Object.fromEntries([
  ..."citext hstore pg_trgm unaccent fuzzystrmatch ltree cube seg isn btree_gin btree_gist bloom earthdistance"
    .split(" ")
    .map((name) => [name, `$libdir/${name}`]),
  ..."pg_stat_statements pgcrypto uuid-ossp dict_int dict_xsyn tsm_system_rows tsm_system_time"
    .split(" ")
    .map((name) => [name, `$libdir/${name}`]),
  ["intarray", "$libdir/_int"],
]) as Record<string, string>;

/** Whether what belongs to an extension is taken for what it claims to be. */
export function isTrusted(extension: string | null, allowed: AllowedObjects): boolean {
  return extension !== null && (allowed.extensions.includes(extension) || Object.hasOwn(trustedExtensions, extension));
}

/** Catalogues that hold passwords, connection strings, contents of files or of large objects. */
export const secretRelations = [
  ..."pg_authid pg_shadow pg_user_mapping pg_user_mappings pg_largeobject pg_subscription".split(" "),
  ..."pg_hba_file_rules pg_ident_file_mappings pg_file_settings pg_statistic pg_statistic_ext_data".split(" "),
  ..."user_mapping_options _pg_user_mappings".split(" "),
];

/** Where to read what is no secret of them. */
export const openRelations: Readonly<Record<string, string>> = {
  pg_authid: "pg_roles",
  pg_shadow: "pg_user",
  pg_statistic: "pg_stats",
  pg_statistic_ext_data: "pg_stats_ext",
  pg_subscription: "pg_stat_subscription",
};
