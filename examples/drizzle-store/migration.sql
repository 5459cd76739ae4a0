-- Ids are listed by their bytes, not by the rules of a language: hence COLLATE "C".
CREATE TABLE "portcullis_entries" (
  "kind" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "version" BIGINT NOT NULL,
  "value" TEXT NOT NULL,
  "expires_at" DOUBLE PRECISION,
  PRIMARY KEY ("kind", "id")
);
CREATE INDEX "portcullis_entries_expires_at_index" ON "portcullis_entries" ("expires_at");

CREATE TABLE "portcullis_index_entries" (
  "kind" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY ("kind", "name", "value", "id"),
  FOREIGN KEY ("kind", "id") REFERENCES "portcullis_entries" ("kind", "id") ON DELETE CASCADE
);
CREATE INDEX "portcullis_index_entries_kind_id_index" ON "portcullis_index_entries" ("kind", "id");

CREATE TABLE "portcullis_counters" (
  "name" TEXT COLLATE "C" PRIMARY KEY,
  "count" INTEGER NOT NULL,
  "expires_at" DOUBLE PRECISION NOT NULL
);
CREATE INDEX "portcullis_counters_expires_at_index" ON "portcullis_counters" ("expires_at");
