/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * reply.c: the answer that a sinkhole verdict gives */
#include "dnsward-config.h"

#include <stdio.h>
#include <string.h>

#include "dnsward/engine.h"
#include "policy/snapshot.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, TYPE_ANY = 255 };
enum { EDE_BLOCKED = 15 }; /* RFC 8914 section 4.16 */

static bool type_wanted(uint16_t asked, uint16_t have)
{
	return asked == have || asked == TYPE_ANY;
}

static void add_address(struct dw_reply *reply, uint16_t asked, const struct dw_addr *addr)
{
	uint16_t type = addr->family == 4 ? TYPE_A : TYPE_AAAA;
	size_t len = addr->family == 4 ? 4 : 16;
	size_t at = reply->record_count * 16;

	if (!type_wanted(asked, type) || at + 16 > sizeof(reply->store))
		return;
	memcpy(reply->store + at, addr->bytes + 16 - len, len);
	reply->records[reply->record_count++] = (struct dw_record){
		.type = type,
		.rdata_len = (uint16_t)len,
		.ttl = reply->ttl,
		.rdata = reply->store + at,
	};
}

static void set_addresses(struct dw_reply *reply, uint16_t asked, const struct dw_addr *addresses,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_address(reply, asked, &addresses[i]);
	reply->kind = reply->record_count > 0 ? DW_REPLY_RECORDS : DW_REPLY_NODATA;
}

/* RPZ `CNAME *.walled.`: the question's name is put before the target. One that gets too
 * long has no answer. */
static void set_wild_target(struct dw_reply *reply, const struct dw_view *view,
	const struct dw_data *data)
{
	size_t head = view->name_len - 1, skip = 2; /* the `*` label */

	if (head + data->target_len - skip > DW_NAME_MAX) {
		reply->kind = DW_REPLY_NXDOMAIN;
		return;
	}
	memcpy(reply->cname, view->name, head);
	memcpy(reply->cname + head, data->target + skip, data->target_len - skip);
	reply->cname_len = head + data->target_len - skip;
}

static void set_listed_records(struct dw_reply *reply, uint16_t asked, const struct dw_data *data)
{
	for (size_t i = 0; i < data->record_count; i++) {
		if (type_wanted(asked, data->records[i].type))
			reply->records[reply->record_count++] = data->records[i];
	}
	reply->kind = reply->record_count > 0 ? DW_REPLY_RECORDS : DW_REPLY_NODATA;
	if (reply->record_count > 0)
		reply->ttl = reply->records[0].ttl;
}

static enum dw_reply_kind truncate_kind(bool tcp)
{
	return tcp ? DW_REPLY_PASS : DW_REPLY_TRUNCATE;
}

static void set_listed(const struct dw_view *view, const struct dw_verdict *verdict, bool tcp,
	struct dw_reply *reply)
{
	struct dw_data data;
	struct dw_db_records records;

	reply->kind = DW_REPLY_NXDOMAIN;
	if (!verdict->has_reason || verdict->reason.hit.data == 0 ||
		!dw_db_data(verdict->reason.provider->db, verdict->reason.hit.data, &data,
			&records))
		return;
	switch (data.kind) {
	case DW_DATA_NXDOMAIN:
		break;
	case DW_DATA_NODATA:
		reply->kind = DW_REPLY_NODATA;
		break;
	case DW_DATA_DROP:
		reply->kind = DW_REPLY_DROP;
		break;
	case DW_DATA_TRUNCATE:
		reply->kind = truncate_kind(tcp);
		break;
	case DW_DATA_REFUSED:
		reply->kind = DW_REPLY_REFUSED;
		break;
	case DW_DATA_CNAME:
		reply->kind = DW_REPLY_CNAME;
		reply->ttl = data.ttl;
		if (data.target_wild) {
			set_wild_target(reply, view, &data);
		} else {
			memcpy(reply->cname, data.target, data.target_len);
			reply->cname_len = data.target_len;
		}
		break;
	case DW_DATA_RECORDS:
		set_listed_records(reply, view->type, &data);
		break;
	}
}

/* EDE text goes on the wire and onto terminals: names of lists and rules are printable by the
 * settings' rules, a row's own text is cut to printable ASCII there too. */
static void set_ede(const struct dw_verdict *verdict, struct dw_reply *reply)
{
	const struct dw_row *row = verdict->row;
	const char *text = "";

	reply->ede = row->ede != DW_EDE_NONE;
	reply->ede_code = EDE_BLOCKED;
	if (row->ede == DW_EDE_CODE) {
		reply->ede_code = row->ede_code;
		text = row->ede_text != NULL ? row->ede_text : "";
	} else if (verdict->has_reason) {
		const struct dw_provider *provider = verdict->reason.provider;

		text = provider->name != NULL ? provider->name : provider->source;
	}
	snprintf(reply->ede_text, sizeof(reply->ede_text), "%s", text);
}

void dw_reply_make(const struct dw_view *view, const struct dw_verdict *verdict, bool tcp,
	struct dw_reply *reply)
{
	static const struct dw_addr null_addresses[] = {
		{.family = 4, .bytes = {[10] = 0xff, [11] = 0xff}},
		{.family = 6},
	};
	const struct dw_row *row = verdict->row;

	reply->ttl = row->ttl;
	reply->record_count = 0;
	reply->cname_len = 0;
	set_ede(verdict, reply);
	switch (row->answer) {
	case DW_ANSWER_NXDOMAIN:
		reply->kind = DW_REPLY_NXDOMAIN;
		break;
	case DW_ANSWER_NODATA:
		reply->kind = DW_REPLY_NODATA;
		break;
	case DW_ANSWER_REFUSED:
		reply->kind = DW_REPLY_REFUSED;
		break;
	case DW_ANSWER_NULL_IP:
		set_addresses(reply, view->type, null_addresses, 2);
		break;
	case DW_ANSWER_DROP:
		reply->kind = DW_REPLY_DROP;
		break;
	case DW_ANSWER_TRUNCATE:
		reply->kind = truncate_kind(tcp);
		break;
	case DW_ANSWER_ADDRESSES:
		set_addresses(reply, view->type, row->addresses, row->address_count);
		break;
	case DW_ANSWER_CNAME:
		reply->kind = DW_REPLY_CNAME;
		memcpy(reply->cname, row->cname, row->cname_len);
		reply->cname_len = row->cname_len;
		break;
	case DW_ANSWER_AS_LISTED:
		set_listed(view, verdict, tcp, reply);
		break;
	}
}
