/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the bytes of a database file
 */
#ifndef DNSWARD_DB_FORMAT_H
#define DNSWARD_DB_FORMAT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A header and sections; integers are little-endian; a place is an offset, never a
 * pointer. docs/database.md draws it and says why it is so.
 *
 *      0  magic "dwdb\r\n\x1a\n": shows a transfer in text mode
 *      8  u32 version                    12  u32 bytes of the header: 1024
 *     16  u64 length of the file         24  u64 features the reader must know
 *     32  u64 generation                 40  u64 built, seconds since the epoch
 *     48  u64 names                      56  u32 bits of a set id
 *     60  u32 bits of an origin          64  u64[2] depths: bit d, a name of d labels
 *     80  16 bytes key of the hash       96  32 bytes digest of the sources
 *    128  32 bytes BLAKE2b-256 of all after the header
 *    160  zeroes, room to grow
 *    480  32 x {u64 offset, u64 size}: the sections
 *    992  32 bytes BLAKE2b-256 of bytes 0 to 991
 *
 * Sections start at multiples of 64. Those of records hold nothing but records. */
enum {
	DB_MAGIC_BYTES = 8,
	DB_VERSION = 1,
	DB_HEADER = 1024,
	DB_DIGEST = 32,
	DB_SECTIONS = 32,
	DB_ALIGN = 64,

	DB_AT_VERSION = 8,
	DB_AT_HEADER = 12,
	DB_AT_LENGTH = 16,
	DB_AT_FEATURES = 24,
	DB_AT_GENERATION = 32,
	DB_AT_BUILT = 40,
	DB_AT_NAMES = 48,
	DB_AT_SET_BITS = 56,
	DB_AT_ORIGIN_BITS = 60,
	DB_AT_DEPTHS = 64,
	DB_AT_KEY = 80,
	DB_AT_SOURCES = 96,
	DB_AT_BODY_DIGEST = 128,
	DB_AT_SECTIONS = 480,
	DB_AT_HEADER_DIGEST = 992,
};
#define DB_MAGIC "dwdb\r\n\x1a\n"

/* Bits of the features word. A reader refuses a file with one it does not know. */
#define DB_FEATURE_DETECTIONS UINT64_C(1)
#define DB_FEATURES DB_FEATURE_DETECTIONS

enum db_section {
	DB_INDEX,      /* lines of 64 bytes, see below */
	DB_ENTRIES,    /* a fingerprint and a set id for each name, packed */
	DB_SETS,       /* u32 first effect of each set, and one past the last */
	DB_EFFECTS,    /* struct db_effect */
	DB_TYPES,      /* u16[16] query types, zeroes last */
	DB_DATA,       /* answers: see cold.h */
	DB_LISTS,      /* struct db_list */
	DB_CATEGORIES, /* u32 place in strings */
	DB_PATTERNS,   /* struct db_pattern */
	DB_INVERTED,   /* u32 ids of the patterns that hit when they do not match */
	DB_AUTOMATON,  /* dw_patterns_load */
	DB_NETS,       /* struct db_net, longest prefix first, then by address */
	DB_STRINGS,    /* each ended by NUL */
	DB_STARTS,     /* u32 first origin of every 64th name */
	DB_ORIGINS,    /* line numbers over all files, packed */
	DB_FILES,      /* struct db_file */
	DB_DETECTIONS, /* dw_detections_read; their patterns are behind the lists' in the automaton */
	DB_SECTION_COUNT
};

/* Names are found by a keyed hash. The first 64 bits of it say where: in which line
 * of the index, in which of the line's eight buckets, and with which tag. The next
 * 56 bits are the fingerprint that stands in the name's entry.
 *
 *      0  u32 base: the line's first entry
 *      4  u8 end[8]: entries of buckets 0 to b, counted from base
 *     12  u8 tag[52]: of the line's entries, in their order
 *
 * A line is made for 44 names, so that one in ten holds more than 52: entries past
 * those have no tag and are told by their fingerprint alone.
 *
 * How likely is it that a name on no list is taken for a listed one? Each look-up
 * of a name or parent compares 5.5 entries of its bucket, all but one in 160 of them in
 * 64 bits: 5.5 * (2^-64 + 2^-56 / 160) is 2^-60.1, whatever the number of names. A
 * resolver that looks up 100,000 names of three labels a second, two of their depths
 * listed, takes one name in 200,000 years for another; and which one, nobody can
 * choose without the key. Two listed names that fall on each other are seen when the
 * database is made, and another key is drawn. */
enum {
	DB_LINE = 64,
	DB_LINE_END = 4,
	DB_LINE_BUCKETS = 8,
	DB_LINE_TAG = 12,
	DB_LINE_TAGS = 52,
	DB_LINE_NAMES = 44,
	DB_FINGERPRINT_BITS = 56,
	/* packed sections end with so many bytes of zero, so that eight can be read
	 * at any place in them */
	DB_PACK_SLACK = 8,
	DB_SET_BITS_MAX = 32,
	DB_ORIGIN_BITS_MAX = 32,
	DB_STARTS_NAMES = 64,
	DB_TYPES_BYTES = 32,
	DB_NONE = -1, /* as u32: no category */
};

/* What a rule means, without the name or text it fits. Records are bytes: any
 * place will do. */
struct db_effect {
	uint8_t list[2];
	uint8_t trigger;  /* enum dw_trigger */
	uint8_t flags;    /* enum dw_rule_flag */
	uint8_t types[4]; /* 0: all; else place in types, counted from 1 */
	uint8_t data[4];  /* 0: none; else place in data in 4-byte words, counted from 1 */
};

struct db_list {
	uint8_t name[4];       /* place in strings */
	uint8_t category[4];   /* place in categories */
	uint8_t exceptions[4]; /* the same, or DB_NONE */
	uint8_t format[4];     /* enum dw_list_format */
	uint8_t rules[8];
};

struct db_pattern {
	struct db_effect effect; /* flags may hold DB_PATTERN_REFUSED */
	uint8_t text[4];
	uint8_t text_len[4];
	uint8_t origin[4];
};

/* The pattern could not be compiled and is not in the automaton; why stands behind its text. */
enum { DB_PATTERN_REFUSED = 0x80 };

struct db_net {
	struct db_effect effect;
	uint8_t origin[4];
	uint8_t addr[16];
	uint8_t family;
	uint8_t bits;
	uint8_t zero[2];
};

struct db_file {
	uint8_t base[4]; /* the number of its line 0 over all files */
	uint8_t path[4];
};

_Static_assert(sizeof(struct db_effect) == 12, "effect");
_Static_assert(sizeof(struct db_list) == 24, "list");
_Static_assert(sizeof(struct db_pattern) == 24, "pattern");
_Static_assert(sizeof(struct db_net) == 36, "net");
_Static_assert(sizeof(struct db_file) == 8, "file");
_Static_assert(DB_LINE_TAG + DB_LINE_TAGS == DB_LINE, "line");
_Static_assert(DB_AT_SECTIONS + DB_SECTIONS * 16 == DB_AT_HEADER_DIGEST, "header");
_Static_assert((int)DB_SECTION_COUNT <= (int)DB_SECTIONS, "sections");

static inline uint16_t db_load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

static inline uint32_t db_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline uint64_t db_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static inline void db_store16(uint8_t *p, uint16_t v)
{
	v = htole16(v);
	memcpy(p, &v, sizeof(v));
}

static inline void db_store32(uint8_t *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void db_store64(uint8_t *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
}

/* `bits` bits (1 to 57) at bit `at` of a packed section; eight bytes are read. */
static inline uint64_t db_unpack(const uint8_t *packed, uint64_t at, unsigned bits)
{
	return (db_load64(packed + at / 8) >> (at % 8)) & (~UINT64_C(0) >> (64 - bits));
}

/* Where a hash falls: the line of `lines`, and a bucket and a tag in it. */
struct db_place {
	uint64_t line;
	unsigned bucket;
	uint8_t tag;
};

static inline struct db_place db_place(uint64_t hash, uint64_t lines)
{
	unsigned __int128 product = (unsigned __int128)hash * lines;
	uint64_t rest = (uint64_t)product;

	return (struct db_place){
		.line = (uint64_t)(product >> 64),
		.bucket = (unsigned)(rest >> 61),
		.tag = (uint8_t)(rest >> 53),
	};
}

#endif
