/**
 * The first version of the schema. What the tables mean: docs/storage-schema.md. Once released, it is never changed.
 *
 * Each verb is one function, so that it is one query and one transaction, whose plan the database keeps. The functions end in the version of the
 * schema: a later version drops them, so that a process of an older program can neither write nor read what it does not understand.
 *
 * Who writes a record holds the lock of its bucket (`lock_bucket`), taken in order before anything is read: so no commit waits for another in a
 * circle, a record that is not there can be held too, and what was read is still so when it is written. The default isolation, read committed,
 * is what makes each statement see what was committed before the locks were had.
 */
export const schema1 = (schema: string): string => `
  CREATE TABLE ${schema}.entries (
    entry      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    value      text NOT NULL,
    expires_at double precision,
    indexed    text,
    sweep_at   double precision,
    UNIQUE (kind, id)
  ) WITH (fillfactor = 80);
  CREATE INDEX entries_to_sweep ON ${schema}.entries (sweep_at) WHERE sweep_at IS NOT NULL;

  CREATE TABLE ${schema}.index_entries (
    kind  text COLLATE "C" NOT NULL,
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    entry bigint NOT NULL,
    PRIMARY KEY (kind, name, value, id)
  );

  CREATE TABLE ${schema}.counters (
    name       text COLLATE "C" PRIMARY KEY,
    count      bigint NOT NULL,
    expires_at double precision NOT NULL
  ) WITH (fillfactor = 80);
  CREATE INDEX counters_to_sweep ON ${schema}.counters (expires_at);

  CREATE SEQUENCE ${schema}.versions;

  CREATE FUNCTION ${schema}.lock_bucket(record_kind text, record_id text) RETURNS integer
  LANGUAGE sql IMMUTABLE AS $$ SELECT hashtext(record_kind || ' ' || record_id COLLATE "C") & 4095 $$;

  CREATE FUNCTION ${schema}.get_1(kinds text[], ids text[])
  RETURNS TABLE (place bigint, value text, version double precision, expires_at double precision)
  LANGUAGE plpgsql STABLE ${plans} AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    SELECT asked.place, e.value, e.version::double precision, e.expires_at
    FROM unnest(kinds, ids) WITH ORDINALITY AS asked (kind, id, place)
    JOIN ${schema}.entries AS e ON e.kind = asked.kind COLLATE "C" AND e.id = asked.id COLLATE "C";
  END $$;

  CREATE FUNCTION ${schema}.list_1(of_kind text, by_index text, with_value text, from_id text, most bigint, at double precision)
  RETURNS TABLE (id text, value text, version double precision, expires_at double precision)
  LANGUAGE plpgsql STABLE ${plans} AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    SELECT i.id, e.value, e.version::double precision, e.expires_at
    FROM ${schema}.index_entries AS i JOIN ${schema}.entries AS e ON e.entry = i.entry
    WHERE i.kind = of_kind AND i.name = by_index AND i.value = with_value AND i.id >= from_id
      AND (e.expires_at IS NULL OR e.expires_at > at)
    ORDER BY i.id LIMIT most;
  END $$;

  -- The names come sorted, so that no two of these calls wait for each other in a circle.
  CREATE FUNCTION ${schema}.count_1(names text[], lifetimes double precision[], at double precision)
  RETURNS TABLE (counted double precision)
  LANGUAGE plpgsql ${plans} AS $$
  BEGIN
    -- It may be forgotten in a crash, and so waits for no disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR place IN 1..cardinality(names) LOOP
      INSERT INTO ${schema}.counters AS c (name, count, expires_at) VALUES (names[place], 1, at + lifetimes[place])
      ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN c.expires_at <= at THEN 1 ELSE c.count + 1 END,
        expires_at = CASE WHEN c.expires_at <= at THEN excluded.expires_at ELSE c.expires_at END
      RETURNING c.count INTO counted;
      RETURN NEXT;
    END LOOP;
    DELETE FROM ${schema}.counters WHERE name IN (
      SELECT c.name FROM ${schema}.counters AS c WHERE c.expires_at <= at
      ORDER BY c.expires_at LIMIT 4 + 2 * cardinality(names) FOR UPDATE SKIP LOCKED);
  END $$;

  -- Takes commits, each the JSON of its changes, judges them in their order, and answers with a letter for each: t where it wrote, f where not.
  CREATE FUNCTION ${schema}.commit_1(commits text[], kinds text[], ids text[], at double precision) RETURNS text
  LANGUAGE plpgsql ${plans} AS $$
  DECLARE
    space constant integer := '${schema}.entries'::regclass::oid::integer;
    changes text;
    change record;
    answers text := '';
    written integer := 0;
    due bigint[];
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'default_transaction_isolation must be "read committed" for the role that Portcullis connects as';
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    PERFORM pg_advisory_xact_lock(space, wanted.bucket) FROM (
      SELECT DISTINCT ${schema}.lock_bucket(kind, id) AS bucket FROM unnest(kinds, ids) AS named (kind, id) ORDER BY 1) AS wanted;

    FOREACH changes IN ARRAY commits LOOP
      PERFORM FROM json_to_recordset(changes::json) AS c (kind text, id text, version double precision)
      LEFT JOIN ${schema}.entries AS e ON e.kind = c.kind COLLATE "C" AND e.id = c.id COLLATE "C"
      WHERE (CASE WHEN e.expires_at <= at THEN NULL ELSE e.version END)::double precision IS DISTINCT FROM c.version;
      IF FOUND THEN
        answers := answers || 'f';
        CONTINUE;
      END IF;
      answers := answers || 't';

      FOR change IN
        SELECT c.*, e.entry, e.indexed AS was_indexed
        FROM json_to_recordset(changes::json) AS c (kind text, id text, value text, expires_at double precision, indexed text)
        LEFT JOIN ${schema}.entries AS e ON e.kind = c.kind COLLATE "C" AND e.id = c.id COLLATE "C"
      LOOP
        written := written + 1;
        IF change.value IS NULL THEN
          DELETE FROM ${schema}.entries WHERE entry = change.entry;
        ELSIF change.entry IS NULL THEN
          INSERT INTO ${schema}.entries (kind, id, version, value, expires_at, indexed, sweep_at)
          VALUES (change.kind, change.id, nextval('${schema}.versions'), change.value, change.expires_at, change.indexed, change.expires_at)
          RETURNING entry INTO change.entry;
        ELSE
          -- A later expiry leaves the index of what to sweep alone: the sweep looks again when the earlier one has come.
          UPDATE ${schema}.entries SET version = nextval('${schema}.versions'), value = change.value, expires_at = change.expires_at,
            indexed = change.indexed, sweep_at = least(sweep_at, change.expires_at)
          WHERE entry = change.entry;
        END IF;
        CONTINUE WHEN change.indexed IS NOT DISTINCT FROM change.was_indexed;
        DELETE FROM ${schema}.index_entries AS i USING json_array_elements(change.was_indexed::json) AS pair
        WHERE i.kind = change.kind AND i.name = (pair->>0) COLLATE "C" AND i.value = (pair->>1) COLLATE "C" AND i.id = change.id;
        INSERT INTO ${schema}.index_entries (kind, name, value, id, entry)
        SELECT change.kind, pair->>0, pair->>1, change.id, change.entry FROM json_array_elements(change.indexed::json) AS pair;
      END LOOP;
    END LOOP;

    -- More than was written, so that what has expired becomes less with every commit. Never waits for a lock: what another holds is left to it.
    IF written > 0 THEN
      SELECT array_agg(found.entry) INTO due FROM (
        SELECT entry, kind, id FROM ${schema}.entries WHERE sweep_at <= at ORDER BY sweep_at LIMIT 16 + 2 * written) AS found
      WHERE pg_try_advisory_xact_lock(space, ${schema}.lock_bucket(found.kind, found.id));
      IF due IS NOT NULL THEN
        WITH gone AS (
          DELETE FROM ${schema}.entries WHERE entry = ANY (due) AND expires_at <= at RETURNING kind, id, indexed)
        DELETE FROM ${schema}.index_entries AS i USING gone CROSS JOIN LATERAL json_array_elements(gone.indexed::json) AS pair
        WHERE i.kind = gone.kind AND i.name = (pair->>0) COLLATE "C" AND i.value = (pair->>1) COLLATE "C" AND i.id = gone.id;
        UPDATE ${schema}.entries SET sweep_at = expires_at
        WHERE entry = ANY (due) AND sweep_at <= at AND (expires_at IS NULL OR expires_at > at);
      END IF;
    END IF;
    RETURN answers;
  END $$;
`

/** Every way to a row has an index; a plan that was made while a table was all but empty would not use it, and is kept until the table is analyzed. */
const plans = 'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off'
