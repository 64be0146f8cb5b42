/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * information.h: how much a text tells */
#ifndef DNSWARD_DETECT_INFORMATION_H
#define DNSWARD_DETECT_INFORMATION_H

#include <stddef.h>
#include <stdint.h>

/* Shannon's information of a text in bytes, by the frequencies of its own bytes: that of 32
 * hexadecimal digits, each as often, is 16. At most 255 bytes of text. */
uint32_t dw_information(const uint8_t *text, size_t len);

#endif
