-- SQLite compares text by its bytes already.
CREATE TABLE "portcullis_entries" (
  "kind" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "version" BIGINT NOT NULL,
  "value" TEXT NOT NULL,
  "expiresAt" REAL,
  PRIMARY KEY ("kind", "id")
);
CREATE INDEX "portcullis_entries_expiresAt_idx" ON "portcullis_entries" ("expiresAt");

CREATE TABLE "portcullis_index_entries" (
  "kind" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  PRIMARY KEY ("kind", "name", "value", "id"),
  FOREIGN KEY ("kind", "id") REFERENCES "portcullis_entries" ("kind", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "portcullis_index_entries_kind_id_idx" ON "portcullis_index_entries" ("kind", "id");

CREATE TABLE "portcullis_counters" (
  "name" TEXT NOT NULL PRIMARY KEY,
  "count" INTEGER NOT NULL,
  "expiresAt" REAL NOT NULL
);
CREATE INDEX "portcullis_counters_expiresAt_idx" ON "portcullis_counters" ("expiresAt");
