# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# a laboratory: a resolver with the module, an upstream for it, and dig
