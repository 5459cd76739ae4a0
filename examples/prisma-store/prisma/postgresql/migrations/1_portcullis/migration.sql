-- What `prisma migrate diff` makes of the schema, with COLLATE "C" added by hand: ids are listed by their bytes, not by the rules of a language.
CREATE TABLE "portcullis_entries" (
  "kind" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "version" BIGINT NOT NULL,
  "value" TEXT NOT NULL,
  "expiresAt" DOUBLE PRECISION,
  CONSTRAINT "portcullis_entries_pkey" PRIMARY KEY ("kind", "id")
);
CREATE INDEX "portcullis_entries_expiresAt_idx" ON "portcullis_entries" ("expiresAt");

CREATE TABLE "portcullis_index_entries" (
  "kind" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  CONSTRAINT "portcullis_index_entries_pkey" PRIMARY KEY ("kind", "name", "value", "id"),
  CONSTRAINT "portcullis_index_entries_kind_id_fkey" FOREIGN KEY ("kind", "id") REFERENCES "portcullis_entries" ("kind", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "portcullis_index_entries_kind_id_idx" ON "portcullis_index_entries" ("kind", "id");

CREATE TABLE "portcullis_counters" (
  "name" TEXT COLLATE "C" NOT NULL,
  "count" INTEGER NOT NULL,
  "expiresAt" DOUBLE PRECISION NOT NULL,
  CONSTRAINT "portcullis_counters_pkey" PRIMARY KEY ("name")
);
CREATE INDEX "portcullis_counters_expiresAt_idx" ON "portcullis_counters" ("expiresAt");
