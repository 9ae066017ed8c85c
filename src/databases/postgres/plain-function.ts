const parts = [
  "pg_catalog\\.(array_(lower|upper)|generate_series|length|lower|quote_(literal|nullable)|regexp_[a-z_]+)\\s*\\(",
  "pg_catalog\\.(replace|split_part|strpos|substr|translate|unnest)\\s*\\(",
  "operator\\s*\\(pg_catalog\\.[^a-z)]+\\)",
  "as g\\(s\\)",
  "\\m(select|case|when|and|or|then|else)\\M",
  "''[^'']*''",
];

/**
 * Whether the text of an SQL function `p` calls nothing but some functions of the server that compute, by their full names.
 *
 * So do the few of the server's own, and of citext, whose bodies are kept as a text, and not as a tree.
 */
export const isPlainFunction = `(regexp_replace(p.prosrc, '${parts.join("|")}', '', 'gi') !~* '[a-z0-9_$"]\\s*\\(')`;
