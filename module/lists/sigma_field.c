/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * sigma_field.c: the meaning of field names in Sigma rules */
#include "dnsward-config.h"

#include <string.h>
#include <strings.h>

#include "lists/sigma.h"

/* Field names of Sigma's taxonomy, Zeek, Sysmon, Windows and ECS. docs/sigma.md has the table. */
static const struct {
	const char *name;
	enum sigma_field field;
} fields[] = {
	{"query", FIELD_NAME},
	{"QueryName", FIELD_NAME},
	{"dns.question.name", FIELD_NAME},
	{"dns_query", FIELD_NAME},
	{"dns_query_name", FIELD_NAME},
	{"question", FIELD_NAME},
	{"qname", FIELD_NAME},
	{"record_type", FIELD_TYPE},
	{"QueryType", FIELD_TYPE},
	{"query_type", FIELD_TYPE},
	{"qtype", FIELD_TYPE},
	{"qtype_name", FIELD_TYPE},
	{"dns.question.type", FIELD_TYPE},
	{"answer", FIELD_ANSWER},
	{"answers", FIELD_ANSWER},
	{"QueryResults", FIELD_ANSWER},
	{"dns.answers.data", FIELD_ANSWER},
	{"dns.resolved_ip", FIELD_ANSWER},
	{"rcode", FIELD_RCODE},
	{"rcode_name", FIELD_RCODE},
	{"response_code", FIELD_RCODE},
	{"dns.response_code", FIELD_RCODE},
	{"QueryStatus", FIELD_STATUS},
	{"ttl", FIELD_TTL},
	{"TTLs", FIELD_TTL},
	{"dns.answers.ttl", FIELD_TTL},
	{"EventID", FIELD_EVENT},
	{"Image", FIELD_HOST},
	{"ImageLoaded", FIELD_HOST},
	{"ProcessId", FIELD_HOST},
	{"ProcessGuid", FIELD_HOST},
	{"ProcessName", FIELD_HOST},
	{"ProcessPath", FIELD_HOST},
	{"CommandLine", FIELD_HOST},
	{"CurrentDirectory", FIELD_HOST},
	{"ParentImage", FIELD_HOST},
	{"ParentProcessId", FIELD_HOST},
	{"ParentProcessName", FIELD_HOST},
	{"ParentCommandLine", FIELD_HOST},
	{"OriginalFileName", FIELD_HOST},
	{"Company", FIELD_HOST},
	{"Description", FIELD_HOST},
	{"Product", FIELD_HOST},
	{"FileVersion", FIELD_HOST},
	{"Hashes", FIELD_HOST},
	{"Imphash", FIELD_HOST},
	{"Signed", FIELD_HOST},
	{"Signature", FIELD_HOST},
	{"SignatureStatus", FIELD_HOST},
	{"IntegrityLevel", FIELD_HOST},
	{"LogonId", FIELD_HOST},
	{"User", FIELD_HOST},
	{"Computer", FIELD_HOST},
	{"ComputerName", FIELD_HOST},
	{"Hostname", FIELD_HOST},
	{"Provider_Name", FIELD_HOST},
	{"Channel", FIELD_HOST},
	{"src_ip", FIELD_CONNECTION},
	{"src_port", FIELD_CONNECTION},
	{"dst_ip", FIELD_CONNECTION},
	{"dst_port", FIELD_CONNECTION},
	{"SourceIp", FIELD_CONNECTION},
	{"SourcePort", FIELD_CONNECTION},
	{"SourceHostname", FIELD_CONNECTION},
	{"DestinationIp", FIELD_CONNECTION},
	{"DestinationPort", FIELD_CONNECTION},
	{"Protocol", FIELD_CONNECTION},
	{"proto", FIELD_CONNECTION},
};

/* Prefixes of field sets of ECS and Zeek. */
static const struct {
	const char *start;
	enum sigma_field field;
} sets[] = {
	{"process.", FIELD_HOST},
	{"user.", FIELD_HOST},
	{"host.", FIELD_HOST},
	{"file.", FIELD_HOST},
	{"agent.", FIELD_HOST},
	{"winlog.", FIELD_HOST},
	{"source.", FIELD_CONNECTION},
	{"destination.", FIELD_CONNECTION},
	{"client.", FIELD_CONNECTION},
	{"server.", FIELD_CONNECTION},
	{"network.", FIELD_CONNECTION},
	{"id.", FIELD_CONNECTION},
};

enum sigma_field sigma_field_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strlen(fields[i].name) == len && strncasecmp(fields[i].name, name, len) == 0)
			return fields[i].field;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strncasecmp(sets[i].start, name, strlen(sets[i].start)) == 0)
			return sets[i].field;
	return FIELD_UNKNOWN;
}
