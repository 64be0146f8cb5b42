/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * rrtype.c: the names of record types */
#include "dnsward-config.h"
#include "dnsward/rrtype.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"

/* By number, for the binary search. */
/* clang-format off */
static const struct {
	uint16_t type;
	const char *name;
} types[] = {
	{1, "A"}, {2, "NS"}, {3, "MD"}, {4, "MF"}, {5, "CNAME"}, {6, "SOA"}, {7, "MB"}, {8, "MG"},
	{9, "MR"}, {10, "NULL"}, {11, "WKS"}, {12, "PTR"}, {13, "HINFO"}, {14, "MINFO"},
	{15, "MX"}, {16, "TXT"}, {17, "RP"}, {18, "AFSDB"}, {19, "X25"}, {20, "ISDN"}, {21, "RT"},
	{22, "NSAP"}, {23, "NSAP-PTR"}, {24, "SIG"}, {25, "KEY"}, {26, "PX"}, {27, "GPOS"},
	{28, "AAAA"}, {29, "LOC"}, {30, "NXT"}, {31, "EID"}, {32, "NIMLOC"}, {33, "SRV"},
	{34, "ATMA"}, {35, "NAPTR"}, {36, "KX"}, {37, "CERT"}, {38, "A6"}, {39, "DNAME"},
	{40, "SINK"}, {41, "OPT"}, {42, "APL"}, {43, "DS"}, {44, "SSHFP"}, {45, "IPSECKEY"},
	{46, "RRSIG"}, {47, "NSEC"}, {48, "DNSKEY"}, {49, "DHCID"}, {50, "NSEC3"},
	{51, "NSEC3PARAM"}, {52, "TLSA"}, {53, "SMIMEA"}, {55, "HIP"}, {56, "NINFO"},
	{57, "RKEY"}, {58, "TALINK"}, {59, "CDS"}, {60, "CDNSKEY"}, {61, "OPENPGPKEY"},
	{62, "CSYNC"}, {63, "ZONEMD"}, {64, "SVCB"}, {65, "HTTPS"}, {66, "DSYNC"}, {67, "HHIT"},
	{68, "BRID"}, {99, "SPF"}, {100, "UINFO"}, {101, "UID"}, {102, "GID"}, {103, "UNSPEC"},
	{104, "NID"}, {105, "L32"}, {106, "L64"}, {107, "LP"}, {108, "EUI48"}, {109, "EUI64"},
	{128, "NXNAME"}, {249, "TKEY"}, {250, "TSIG"}, {251, "IXFR"}, {252, "AXFR"},
	{253, "MAILB"}, {254, "MAILA"}, {255, "ANY"}, {256, "URI"}, {257, "CAA"}, {258, "AVC"},
	{259, "DOA"}, {260, "AMTRELAY"}, {261, "RESINFO"}, {262, "WALLET"}, {263, "CLA"},
	{264, "IPN"}, {32768, "TA"}, {32769, "DLV"},
};
/* clang-format on */

enum { TYPE_COUNT = sizeof(types) / sizeof(types[0]) };

/* How many bytes of `text` are those of `name`, case aside. */
static size_t common_len(const char *text, const char *name)
{
	size_t i = 0;

	while (name[i] && ascii_lower((uint8_t)text[i]) == ascii_lower((uint8_t)name[i]))
		i++;
	return i;
}

/* What follows "TYPE": one to five digits, at most 65535. */
static bool number_from_text(const char *digits, uint16_t *out)
{
	unsigned long number = 0;
	size_t i;

	for (i = 0; i < 5 && ascii_is_digit((uint8_t)digits[i]); i++)
		number = number * 10 + (unsigned long)(digits[i] - '0');
	if (i == 0 || digits[i] != '\0' || number > UINT16_MAX)
		return false;
	*out = (uint16_t)number;
	return true;
}

bool dw_type_from_text(const char *text, uint16_t *out)
{
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		size_t len = strlen(types[i].name);

		if (common_len(text, types[i].name) == len && text[len] == '\0') {
			*out = types[i].type;
			return true;
		}
	}
	return common_len(text, "TYPE") == 4 && number_from_text(text + 4, out);
}

const char *dw_type_to_text(uint16_t type, char *out)
{
	size_t low = 0, high = TYPE_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (types[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < TYPE_COUNT && types[low].type == type)
		strcpy(out, types[low].name);
	else
		snprintf(out, DW_TYPE_TEXT_MAX, "TYPE%u", (unsigned)type);
	return out;
}
