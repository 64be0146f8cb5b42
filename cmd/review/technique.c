/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * technique.c: names of techniques of MITRE ATT&CK */
#include "dnsward-config.h"

#include <string.h>

#include "review/page_parts.h"

/* MITRE ATT&CK, Enterprise, version 17 (https://attack.mitre.org). */
static const struct dw_technique techniques[] = {
	{"T1008", "Fallback Channels", "Command and Control"},
	{"T1016", "System Network Configuration Discovery", "Discovery"},
	{"T1016.001", "Internet Connection Discovery", "Discovery"},
	{"T1018", "Remote System Discovery", "Discovery"},
	{"T1041", "Exfiltration Over C2 Channel", "Exfiltration"},
	{"T1048", "Exfiltration Over Alternative Protocol", "Exfiltration"},
	{"T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol", "Exfiltration"},
	{"T1068", "Exploitation for Privilege Escalation", "Privilege Escalation"},
	{"T1071", "Application Layer Protocol", "Command and Control"},
	{"T1071.001", "Web Protocols", "Command and Control"},
	{"T1071.003", "Mail Protocols", "Command and Control"},
	{"T1071.004", "DNS", "Command and Control"},
	{"T1090", "Proxy", "Command and Control"},
	{"T1090.002", "External Proxy", "Command and Control"},
	{"T1090.003", "Multi-hop Proxy", "Command and Control"},
	{"T1090.004", "Domain Fronting", "Command and Control"},
	{"T1095", "Non-Application Layer Protocol", "Command and Control"},
	{"T1102", "Web Service", "Command and Control"},
	{"T1102.001", "Dead Drop Resolver", "Command and Control"},
	{"T1102.002", "Bidirectional Communication", "Command and Control"},
	{"T1105", "Ingress Tool Transfer", "Command and Control"},
	{"T1132", "Data Encoding", "Command and Control"},
	{"T1132.001", "Standard Encoding", "Command and Control"},
	{"T1187", "Forced Authentication", "Credential Access"},
	{"T1189", "Drive-by Compromise", "Initial Access"},
	{"T1190", "Exploit Public-Facing Application", "Initial Access"},
	{"T1204", "User Execution", "Execution"},
	{"T1204.001", "Malicious Link", "Execution"},
	{"T1210", "Exploitation of Remote Services", "Lateral Movement"},
	{"T1219", "Remote Access Software", "Command and Control"},
	{"T1219.002", "Remote Desktop Software", "Command and Control"},
	{"T1486", "Data Encrypted for Impact", "Impact"},
	{"T1496", "Resource Hijacking", "Impact"},
	{"T1498", "Network Denial of Service", "Impact"},
	{"T1498.002", "Reflection Amplification", "Impact"},
	{"T1499", "Endpoint Denial of Service", "Impact"},
	{"T1499.004", "Application or System Exploitation", "Impact"},
	{"T1557", "Adversary-in-the-Middle", "Credential Access"},
	{"T1557.001", "LLMNR/NBT-NS Poisoning and SMB Relay", "Credential Access"},
	{"T1566", "Phishing", "Initial Access"},
	{"T1566.002", "Spearphishing Link", "Initial Access"},
	{"T1567", "Exfiltration Over Web Service", "Exfiltration"},
	{"T1567.002", "Exfiltration to Cloud Storage", "Exfiltration"},
	{"T1568", "Dynamic Resolution", "Command and Control"},
	{"T1568.001", "Fast Flux DNS", "Command and Control"},
	{"T1568.002", "Domain Generation Algorithms", "Command and Control"},
	{"T1568.003", "DNS Calculation", "Command and Control"},
	{"T1572", "Protocol Tunneling", "Command and Control"},
	{"T1573", "Encrypted Channel", "Command and Control"},
	{"T1583", "Acquire Infrastructure", "Resource Development"},
	{"T1583.001", "Domains", "Resource Development"},
	{"T1590", "Gather Victim Network Information", "Reconnaissance"},
	{"T1590.002", "DNS", "Reconnaissance"},
	{"T1590.005", "IP Addresses", "Reconnaissance"},
	{"T1595", "Active Scanning", "Reconnaissance"},
	{"T1599", "Network Boundary Bridging", "Defense Evasion"},
};

const struct dw_technique *dw_technique_find(const char *id, size_t len)
{
	for (size_t i = 0; i < sizeof(techniques) / sizeof(techniques[0]); i++) {
		if (strlen(techniques[i].id) == len && memcmp(techniques[i].id, id, len) == 0)
			return &techniques[i];
	}
	return NULL;
}
