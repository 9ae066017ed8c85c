import { isPlainFunction } from "./plain-function.js";

/**
 * One query over the server's catalogue: what the names of a statement may reach, and why any of it is not harmless.
 *
 * Parameters: the names (jsonb), the schemas of the search path, `allowFunctions`, `allowExtensions`, and the lists of
 * function-policy.ts. It runs with a search path of `pg_catalog` alone, so that nothing of the database stands in for a part of it.
 *
 * Names are resolved to everything that they could mean (all overloads, a type that is written as a call, a function that is written
 * as an attribute). From there it follows what the server would: views, policies, generated columns, partitions, the predicates of
 * indexes, domains, casts, operators. Stored expressions are read from the server's own trees, where each object is a number.
 *
 * Rows: `reason` says why `label` is refused; NULL with the class `row-security` says that policies hide rows of `label`.
 */
export const catalogueQuery = `
WITH RECURSIVE
path AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname = ANY ($2::text[])),
named AS MATERIALIZED (
  SELECT n.kind, n.name::name AS name, n.space, s.oid AS space_oid
  FROM jsonb_to_recordset($1::jsonb) AS n(kind text, space text, name text)
  LEFT JOIN pg_namespace s ON s.nspname = n.space::name
),
trusted AS MATERIALIZED (
  SELECT d.classid, d.objid, e.extname, e.extname = ANY ($4::text[]) AS is_allowed
  FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
  WHERE e.extname = ANY ($4::text[]) OR e.extname = ANY ($5::text[])
),
root(class, oid) AS (
  SELECT 'call', p.oid FROM named n JOIN pg_proc p ON p.proname = n.name
  WHERE n.kind IN ('call', 'keyword') AND (p.pronamespace = n.space_oid OR n.space IS NULL AND p.pronamespace IN (SELECT oid FROM path))
  UNION ALL
  SELECT 'call', p.oid FROM named n JOIN pg_proc p ON p.proname = n.name LEFT JOIN pg_type t ON t.oid = p.proargtypes[0]
  WHERE n.kind IN ('attribute', 'column') AND p.pronamespace IN (SELECT oid FROM path)
    AND p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
    AND (n.kind = 'attribute' OR t.typtype IN ('c', 'p') OR t.typtype = 'd' AND p.oid >= 16384
      OR EXISTS (SELECT FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource
        WHERE c.oid >= 16384 AND c.castcontext = 'i' AND (s.typtype IN ('c', 'p') OR s.oid = 2249)))
  UNION ALL
  SELECT 'sample', p.oid FROM named n JOIN pg_proc p ON p.proname = n.name
  WHERE n.kind = 'sample' AND (p.pronamespace = n.space_oid OR n.space IS NULL AND p.pronamespace IN (SELECT oid FROM path))
  UNION ALL
  SELECT CASE n.kind WHEN 'type' THEN 'cast' ELSE 'type' END, t.oid FROM named n JOIN pg_type t ON t.typname = n.name
  WHERE n.kind IN ('type', 'call', 'attribute', 'column')
    AND (t.typnamespace = n.space_oid OR n.space IS NULL AND t.typnamespace IN (SELECT oid FROM path))
  UNION ALL
  SELECT 'oper', o.oid FROM named n JOIN pg_operator o ON o.oprname = n.name
  WHERE n.kind = 'operator' AND (o.oprnamespace = n.space_oid OR n.space IS NULL AND o.oprnamespace IN (SELECT oid FROM path))
  UNION ALL
  SELECT 'rel', c.oid FROM named n JOIN pg_class c ON c.relname = n.name
  WHERE n.kind = 'relation' AND (c.relnamespace = n.space_oid OR n.space IS NULL AND c.relnamespace IN (SELECT oid FROM path))
  -- What is called without a name, where built-in types meet; what belongs to a type of the database follows from the type.
  UNION ALL SELECT 'func', castfunc FROM pg_cast WHERE oid >= 16384 AND castfunc <> 0 AND castsource < 16384 AND casttarget < 16384
  UNION ALL SELECT 'func', amproc::oid FROM pg_amproc WHERE oid >= 16384 AND amproclefttype < 16384 AND amprocrighttype < 16384
  UNION ALL SELECT 'oper', amopopr FROM pg_amop WHERE oid >= 16384 AND amoplefttype < 16384 AND amoprighttype < 16384
  UNION ALL SELECT 'func', conproc::oid FROM pg_conversion WHERE oid >= 16384
  UNION ALL SELECT 'func', f FROM pg_ts_template, unnest(ARRAY[tmplinit::oid, tmpllexize::oid]) AS f WHERE oid >= 16384 AND f <> 0
  UNION ALL SELECT 'func', f FROM pg_ts_parser,
    unnest(ARRAY[prsstart::oid, prstoken::oid, prsend::oid, prsheadline::oid, prslextype::oid]) AS f WHERE oid >= 16384 AND f <> 0
),
reached(class, oid) AS (
  SELECT class, oid FROM root
  UNION
  SELECT e.class, e.oid FROM reached r CROSS JOIN LATERAL (
    SELECT CASE
        WHEN m[1] = 'relid' THEN CASE WHEN r.oid < 16384 THEN 'builtin-rel' ELSE 'rel' END
        WHEN m[1] IN ('opno', 'eqop', 'sortop', 'cycle_mark_neop') THEN 'oper'
        WHEN m[1] ILIKE '%type%' THEN 'type'
        ELSE 'func' END,
      m[2]::oid
    FROM (
      SELECT ev_action::text FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class AND c.relkind <> 'm'
        WHERE r.class IN ('rel', 'builtin-rel') AND ev_class = r.oid AND ev_type = '1'
      UNION ALL SELECT polqual::text FROM pg_policy JOIN pg_class c ON c.oid = polrelid AND c.relrowsecurity
        WHERE r.class = 'rel' AND polrelid = r.oid AND polcmd IN ('r', '*')
      UNION ALL SELECT adbin::text FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
        WHERE r.class = 'rel' AND adrelid = r.oid AND attgenerated = 'v'
      UNION ALL SELECT indpred::text FROM pg_index WHERE r.class = 'rel' AND indrelid = r.oid
      UNION ALL SELECT partexprs::text FROM pg_partitioned_table WHERE r.class = 'rel' AND partrelid = r.oid
      UNION ALL SELECT to_jsonb(s) ->> 'stxexprs' FROM pg_statistic_ext s WHERE r.class = 'rel' AND stxrelid = r.oid
      UNION ALL SELECT conbin::text FROM pg_constraint WHERE r.class IN ('type', 'cast') AND contypid = r.oid
      UNION ALL SELECT prosqlbody::text FROM pg_proc p WHERE r.class IN ('call', 'func') AND p.oid = r.oid AND r.oid < 16384
    ) AS tree(text)
    CROSS JOIN LATERAL regexp_matches(
      text,
      ':(funcid|opfuncid|hashfuncid|negfuncid|aggfnoid|winfnoid|startInRangeFunc|endInRangeFunc|tsmhandler|opno|eqop|sortop|cycle_mark_neop|relid|[a-zA-Z_]*[tT]ype[a-zA-Z_]*) ([0-9]+)',
      'g'
    ) AS m
    WHERE m[2] <> '0' AND (m[1] NOT LIKE '%ype%' OR length(m[2]) >= 5)
    UNION ALL
    SELECT CASE WHEN m[1] = 'opnos' THEN 'oper' ELSE 'type' END, i::oid
    FROM (
      SELECT ev_action::text FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class AND c.relkind <> 'm'
        WHERE r.class IN ('rel', 'builtin-rel') AND ev_class = r.oid AND ev_type = '1'
      UNION ALL SELECT polqual::text FROM pg_policy WHERE r.class = 'rel' AND polrelid = r.oid
    ) AS tree(text)
    CROSS JOIN LATERAL regexp_matches(text, ':(opnos|[a-zA-Z_]*types) \\(o((?: [0-9]+)+)\\)', 'g') AS m
    CROSS JOIN LATERAL regexp_split_to_table(trim(m[2]), ' ') AS i
    UNION ALL SELECT 'rel', inhrelid FROM pg_inherits WHERE r.class = 'rel' AND inhparent = r.oid
    UNION ALL SELECT 'type', atttypid FROM pg_attribute
      WHERE r.class = 'rel' AND attrelid = r.oid AND r.oid >= 16384 AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'func', a.amhandler::oid FROM pg_am a WHERE r.class = 'rel' AND r.oid >= 16384 AND a.oid IN (
      SELECT relam FROM pg_class WHERE oid = r.oid
      UNION ALL SELECT relam FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indrelid = r.oid)
    -- The planner runs a function of an index's expression where all that it takes is constant, or where it is SQL to be inlined.
    UNION ALL SELECT 'func', m[1]::oid FROM pg_index, regexp_matches(
        regexp_replace(indexprs::text, ':funcid [0-9]+ [^{}()]*:args \\((\\{RELABELTYPE :arg )?\\{VAR ', '', 'g'),
        ':funcid ([0-9]+)', 'g') AS m
      WHERE r.class = 'rel' AND r.oid >= 16384 AND indrelid = r.oid
    UNION ALL SELECT 'func', p.oid FROM pg_index, regexp_matches(indexprs::text, ':funcid ([0-9]+)', 'g') AS m, pg_proc p
      WHERE r.class = 'rel' AND r.oid >= 16384 AND indrelid = r.oid AND p.oid = m[1]::oid
        AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')
    UNION ALL SELECT 'oper', m[1]::oid FROM pg_index, regexp_matches(indexprs::text, ':opno ([0-9]+)', 'g') AS m
      WHERE r.class = 'rel' AND indrelid = r.oid
    UNION ALL SELECT 'type', opcintype FROM pg_index JOIN pg_opclass o ON o.oid = ANY (indclass)
      WHERE r.class = 'rel' AND r.oid >= 16384 AND indrelid = r.oid AND opcintype >= 16384
    UNION ALL SELECT 'type', f FROM pg_type t, unnest(ARRAY[t.typbasetype, t.typelem]) AS f
      WHERE r.class IN ('type', 'cast') AND t.oid = r.oid AND f <> 0
    UNION ALL SELECT 'type', atttypid FROM pg_type t JOIN pg_attribute ON attrelid = t.typrelid
      WHERE r.class IN ('type', 'cast') AND t.oid = r.oid AND r.oid >= 16384 AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'type', rngsubtype FROM pg_range
      WHERE r.class IN ('type', 'cast') AND r.oid IN (rngtypid, rngmultitypid)
    UNION ALL SELECT 'func', f FROM pg_range, unnest(ARRAY[rngcanonical::oid, rngsubdiff::oid]) AS f
      WHERE r.class IN ('type', 'cast') AND r.oid IN (rngtypid, rngmultitypid) AND f <> 0
    UNION ALL SELECT 'func', castfunc FROM pg_cast
      WHERE r.class IN ('type', 'cast') AND r.oid >= 16384 AND r.oid IN (castsource, casttarget) AND castfunc <> 0
    UNION ALL SELECT 'func', amproc::oid FROM pg_amproc
      WHERE r.class IN ('type', 'cast') AND r.oid >= 16384 AND r.oid IN (amproclefttype, amprocrighttype)
    UNION ALL SELECT 'oper', amopopr FROM pg_amop
      WHERE r.class IN ('type', 'cast') AND r.oid >= 16384 AND r.oid IN (amoplefttype, amoprighttype)
    UNION ALL SELECT 'type', f FROM pg_proc p, unnest(p.proargtypes::oid[] || p.prorettype) AS f
      WHERE r.class IN ('call', 'func') AND p.oid = r.oid AND f >= 16384
    UNION ALL SELECT 'type', f FROM pg_operator o, unnest(ARRAY[oprleft, oprright, oprresult]) AS f
      WHERE r.class = 'oper' AND o.oid = r.oid AND f >= 16384
    UNION ALL SELECT 'func', f FROM pg_type t,
      unnest(ARRAY[t.typinput::oid, t.typoutput::oid, t.typsubscript::oid, t.typanalyze::oid, t.typmodin::oid]) AS f
      WHERE r.class IN ('type', 'cast') AND t.oid = r.oid AND r.oid >= 16384 AND f <> 0
    UNION ALL SELECT 'func', f FROM pg_operator, unnest(ARRAY[oprcode::oid, oprrest::oid, oprjoin::oid]) AS f
      WHERE r.class = 'oper' AND pg_operator.oid = r.oid AND f <> 0
    UNION ALL SELECT 'func', prosupport::oid FROM pg_proc p
      WHERE r.class IN ('call', 'func') AND p.oid = r.oid AND prosupport::oid <> 0
    UNION ALL SELECT 'func', f FROM pg_aggregate a,
      unnest(ARRAY[aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid, aggmtransfn::oid, aggminvtransfn::oid, aggmfinalfn::oid]) AS f
      WHERE r.class IN ('call', 'func') AND a.aggfnoid = r.oid AND r.oid < 16384 AND f <> 0
  ) AS e(class, oid)
),
judged_functions AS MATERIALIZED (
  SELECT r.class, p.oid, format('function %s.%s', n.nspname, p.proname) AS label, l.lanname, CASE
    WHEN p.prokind = 'p' THEN 'is a procedure'
    WHEN p.oid < 16384 THEN CASE
      WHEN p.proname ~ $6 OR p.prosrc ~ $6 THEN 'has effects, runs SQL or reads outside of the tables'
      WHEN r.class = 'call' AND ARRAY['internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler',
          'table_am_handler', 'index_am_handler', 'tsm_handler']::regtype[]::oid[] && (p.proargtypes::oid[] || p.prorettype)
        THEN 'is a part of the server''s machinery'
      WHEN p.provolatile = 'v' AND p.proname <> ALL ($7::text[])
        AND NOT (r.class = 'func' AND p.prorettype IN ('index_am_handler'::regtype, 'table_am_handler'::regtype))
        THEN 'is volatile, and not known to have no effect'
      WHEN r.class = 'sample' AND p.prorettype <> 'tsm_handler'::regtype THEN NULL
      WHEN l.lanname = 'internal' THEN NULL
      WHEN l.lanname = 'sql' AND (p.prosqlbody IS NOT NULL OR ${isPlainFunction}) THEN NULL
      ELSE 'is not as the server brings it' END
    WHEN n.nspname || '.' || p.proname = ANY ($3::text[]) THEN CASE
      WHEN p.provolatile = 'v' THEN 'is volatile; declare it STABLE or IMMUTABLE, which keeps it from writing' END
    WHEN t.objid IS NOT NULL THEN CASE
      WHEN p.prosrc ~ $6 OR p.provolatile = 'v' AND p.proname <> ALL ($7::text[]) THEN 'is volatile, or has effects'
      WHEN t.is_allowed THEN NULL
      WHEN l.lanname = 'internal' OR l.lanname = 'c' AND p.probin = $8::jsonb ->> t.extname::text
        OR l.lanname = 'sql' AND ${isPlainFunction} THEN NULL
      ELSE 'is not known to have no effect; name it in allowFunctions if it has none' END
    ELSE 'is not built in; name it in allowFunctions if it has no effect' END AS reason
  FROM reached r JOIN pg_proc p ON p.oid = r.oid AND r.class IN ('call', 'func', 'sample')
  JOIN pg_language l ON l.oid = p.prolang JOIN pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN trusted t ON t.classid = 'pg_proc'::regclass AND t.objid = p.oid
)
SELECT 'function' AS class, label, reason FROM judged_functions WHERE reason IS NOT NULL
UNION ALL
SELECT 'type', format('type %s.%s', n.nspname, t.typname), CASE
    WHEN t.typtype = 'p' THEN 'is a pseudo-type' ELSE 'is a base type that is not built in' END
FROM reached r JOIN pg_type t ON t.oid = r.oid AND r.class IN ('type', 'cast') JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE r.class = 'cast' AND t.typtype = 'p' AND t.typname NOT IN ('record', 'void')
  OR t.oid >= 16384 AND t.typtype = 'b' AND NOT (t.typelem <> 0 AND t.typsubscript = 'array_subscript_handler'::regproc)
    AND NOT EXISTS (SELECT FROM trusted x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid)
UNION ALL
SELECT 'relation', format('%s.%s', n.nspname, c.relname), CASE
    WHEN c.relkind = 'f' THEN 'is a foreign table: reading it acts on another server'
    WHEN c.relkind NOT IN ('r', 'p', 'm', 'v', 'S') THEN 'is no table and no view'
    WHEN c.relpersistence = 't' THEN 'is temporary'
    ELSE 'holds secrets' END
FROM reached r JOIN pg_class c ON c.oid = r.oid AND r.class IN ('rel', 'builtin-rel') JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind NOT IN ('r', 'p', 'm', 'v', 'S') OR c.relpersistence = 't'
  OR r.class = 'rel' AND c.relname = ANY ($9::text[]) AND n.nspname IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT 'relation', n.name, 'is not there' FROM named n
WHERE n.kind = 'relation' AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = n.name
    AND (c.relnamespace = n.space_oid OR n.space IS NULL AND c.relnamespace IN (SELECT oid FROM path)))
  AND NOT (n.space IS NULL AND EXISTS (SELECT FROM named x WHERE x.kind = 'cte' AND x.name = n.name))
UNION ALL
SELECT 'function', format('function %s', n.name), 'is not there' FROM named n
WHERE n.kind IN ('call', 'sample') AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname = n.name
    AND (p.pronamespace = n.space_oid OR n.space IS NULL AND p.pronamespace IN (SELECT oid FROM path)))
  AND NOT EXISTS (SELECT FROM pg_type t WHERE t.typname = n.name
    AND (t.typnamespace = n.space_oid OR n.space IS NULL AND t.typnamespace IN (SELECT oid FROM path)))
UNION ALL
SELECT 'row-security', c.relname, NULL FROM reached r JOIN pg_class c ON c.oid = r.oid AND r.class = 'rel'
WHERE c.relrowsecurity AND row_security_active(c.oid)
LIMIT 50`;
