/**
 * What `subtle-attacks.ts` attacks, beside the world of `attack-world.ts`: what the server runs by a link of its catalogue, and not by a name.
 *
 * All of it is of types, operators and functions of its own, so that what only reads elsewhere is answered as before.
 */
export const subtleSchema = `
CREATE TYPE evil.level AS ENUM ('low', 'high');
CREATE TYPE evil.couple AS (a int, b int);
CREATE TYPE evil.stretch AS RANGE (subtype = int, multirange_type_name = evil.stretches);
CREATE TABLE evil.pets (id int, name text, c evil.couple, level evil.level, levels evil.level[], stretch evil.stretch);
INSERT INTO evil.pets VALUES (1, 'a', ROW(1, 2), 'low', '{low}', '[1,2]'), (2, 'b', ROW(1, 2), 'high', '{high,low}', '[3,4]');
CREATE TABLE evil.ranked (id int, name text);
INSERT INTO evil.ranked VALUES (1, 'a'), (2, 'b');
CREATE FUNCTION evil.pet_text(evil.pets) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 'x'; END $$;
CREATE CAST (evil.pets AS text) WITH FUNCTION evil.pet_text(evil.pets) AS IMPLICIT;
CREATE FUNCTION evil.pets_text(evil.pets[]) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 'x'; END $$;
CREATE CAST (evil.pets[] AS text) WITH FUNCTION evil.pets_text(evil.pets[]);
CREATE FUNCTION evil.levels_text(evil.level[]) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 'x'; END $$;
CREATE CAST (evil.level[] AS text) WITH FUNCTION evil.levels_text(evil.level[]);
CREATE FUNCTION evil.stretches_text(evil.stretches) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM shop.harm(1); RETURN 'x'; END $$;
CREATE CAST (evil.stretches AS text) WITH FUNCTION evil.stretches_text(evil.stretches);
CREATE FUNCTION evil.ranked_lt(evil.ranked, evil.ranked) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1) < 0; END $$;
CREATE FUNCTION evil.ranked_cmp(evil.ranked, evil.ranked) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(0); END $$;
CREATE OPERATOR evil.<~~ (LEFTARG = evil.ranked, RIGHTARG = evil.ranked, FUNCTION = evil.ranked_lt);
CREATE OPERATOR evil.>~~ (LEFTARG = evil.ranked, RIGHTARG = evil.ranked, FUNCTION = evil.ranked_lt);
CREATE OPERATOR evil.=~~ (LEFTARG = evil.ranked, RIGHTARG = evil.ranked, FUNCTION = evil.ranked_lt, MERGES);
CREATE OPERATOR CLASS evil.ranks DEFAULT FOR TYPE evil.ranked USING btree AS
  OPERATOR 1 evil.<~~, OPERATOR 3 evil.=~~, OPERATOR 5 evil.>~~, FUNCTION 1 evil.ranked_cmp(evil.ranked, evil.ranked);
CREATE FUNCTION evil.not_same(int, int) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1) > 0; END $$;
CREATE OPERATOR evil.!=## (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.not_same);
CREATE OPERATOR evil.=## (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, NEGATOR = OPERATOR(evil.!=##));
CREATE FUNCTION evil.json_object(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION evil.json_array(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION evil.json_arrayagg(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION evil.json_serialize(text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN shop.harm(1); END $$;
CREATE FUNCTION evil.by_return(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN shop.harm($1);
CREATE FUNCTION evil.by_return(text) RETURNS int IMMUTABLE LANGUAGE sql RETURN evil.by_return(length($1));
CREATE FUNCTION evil.by_view() RETURNS SETOF bigint STABLE LANGUAGE sql BEGIN ATOMIC SELECT d.count FROM evil.deeper d; END;
CREATE FUNCTION evil.by_default(a int DEFAULT shop.harm(1)) RETURNS int IMMUTABLE LANGUAGE sql RETURN 1;
CREATE FUNCTION evil.by_policy() RETURNS bigint STABLE LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM evil.guarded; END;
CREATE FUNCTION evil.by_lock() RETURNS text STABLE LANGUAGE sql RETURN pg_advisory_lock(7)::text;
CREATE FUNCTION evil.by_sequence() RETURNS bigint STABLE LANGUAGE sql RETURN nextval('shop.numbers'::regclass);
CREATE FUNCTION evil.by_file() RETURNS text STABLE LANGUAGE sql RETURN pg_read_file('/etc/hostname');
CREATE FUNCTION evil.by_secret() RETURNS SETOF text STABLE LANGUAGE sql BEGIN ATOMIC SELECT rolpassword FROM pg_authid; END;
CREATE FUNCTION evil.by_operator(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN $1 OPERATOR(public.+@@) 1;
CREATE FUNCTION evil.by_negator(int) RETURNS bool IMMUTABLE LANGUAGE sql RETURN NOT ($1 OPERATOR(evil.=##) 1);
CREATE FUNCTION evil.by_cast(int) RETURNS evil.mood IMMUTABLE LANGUAGE sql RETURN $1::evil.mood;
CREATE FUNCTION evil.by_row_cast() RETURNS SETOF text STABLE LANGUAGE sql BEGIN ATOMIC SELECT p::text FROM evil.pets p; END;
CREATE FUNCTION evil.by_domain(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN $1::evil.checked;
CREATE FUNCTION evil.by_text() RETURNS xml STABLE LANGUAGE sql RETURN query_to_xml('SELECT shop.harm(1)', true, false, '');
CREATE FUNCTION evil.by_attribute() RETURNS SETOF int STABLE LANGUAGE sql BEGIN ATOMIC SELECT o.of_orders FROM shop.orders o; END;
CREATE FUNCTION evil.by_aggregate() RETURNS bigint STABLE LANGUAGE sql BEGIN ATOMIC SELECT evil.total(id) FROM shop.orders; END;
CREATE FUNCTION evil.by_volatile() RETURNS int VOLATILE LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION evil.by_table() RETURNS SETOF evil.pets STABLE LANGUAGE sql BEGIN ATOMIC SELECT * FROM evil.pets; END;
CREATE VIEW evil.of_row_cast AS SELECT p::text AS x FROM evil.pets p;
CREATE VIEW evil.of_array_cast AS SELECT levels::text AS x FROM evil.pets;
CREATE VIEW evil.of_row_order AS SELECT count(DISTINCT r) AS x FROM evil.ranked r;
CREATE VIEW evil.of_negator AS SELECT id FROM shop.orders WHERE NOT (id OPERATOR(evil.=##) 1);
CREATE VIEW evil.of_tree AS SELECT evil.by_return(id) AS x FROM shop.orders;
CREATE TABLE evil.half_indexed (id int);
INSERT INTO evil.half_indexed SELECT generate_series(1, 50);
CREATE INDEX ON evil.half_indexed (id) WHERE id > shop.quiet(7);
`;
