/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * lists with their signatures, as minisign made them
 */
#include "dnsward-config.h"
#include "signed_lists.h"

const char signed_key[] =
	"RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5";

const char signed_key_file[] =
	"untrusted comment: minisign public key F04683BB94F10D8E\n"
	"RWSODfGUu4NG8PIBtOTAgcryMh8/1rpWHrM/BJaCZQHeFrjP8IMlwNV5\n";

const char signed_other_key[] =
	"RWRlVFrt+zp7Z+Gvx3A/N75cSCS4+STGBixn2kIdT8uAoZAflm1GFMSB";

const char signed_list[] =
	"# a list\n"
	"ads.example\n"
	"tracker.example\n";

const char signed_ed[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6"
	"KBRtZhW40PhXW83otF4/Ik8f8llAE=\n"
	"trusted comment: serial:7\n"
	"RIdOOzIuRrcBDhg9Vs1JwylA7GOyPozSkqAx+1UNAA9avCsR+i2QXLCuot5YrzvyJSpoSN"
	"eilEUvEh132nejAA==\n";

const char signed_legacy[] =
	"untrusted comment: signature of the test\n"
	"RWSODfGUu4NG8HEpvbQqwTdeYSu9V4kNQ+q6nMFiqscibS8s4Y+GcXcIWnfb2QV1QOTcut"
	"Y1J/EDWMRl3YtGpC4Mvi0g9rhDpwk=\n"
	"trusted comment: the list of Monday serial:7\n"
	"aC2kEourhPn051PML4MMMJPLU7iFG/2vVirYwvD5Cswe2YsRPT0qY3XGuqAGbQUNNnOtBd"
	"nNtYzOiK9YzToyBg==\n";

const char signed_default[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6"
	"KBRtZhW40PhXW83otF4/Ik8f8llAE=\n"
	"trusted comment: timestamp:1795471901\tfile:list\thashed\n"
	"Hm+3GuG38sKtTHC7omBtEoFvxzHANwq/xQcIgC1w+B+XuUppAjA6W0Bwv9nankb84xSD0/"
	"jwbomrmt6FbhGWCg==\n";

const char signed_older[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6"
	"KBRtZhW40PhXW83otF4/Ik8f8llAE=\n"
	"trusted comment: serial:6\n"
	"/lX7KKyz47VXTkCgOygTObK4YjxtnCyVMz8vNohkpMQ56DWRHoxA0fzaceJ2IEmCupQmdM"
	"vS5PtO1NQQdSbKAA==\n";

const char signed_plain[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6"
	"KBRtZhW40PhXW83otF4/Ik8f8llAE=\n"
	"trusted comment: no number\n"
	"/FLoNPZOVO7gQIQ2GkafEO/UFoEN1mNwc9+G0pXlj3hJ+c6X6oXlQix+e689VcH7gDInRx"
	"F2TUgzlwEQkh2DCw==\n";

const char signed_by_other[] =
	"untrusted comment: signature of the test\n"
	"RURlVFrt+zp7Z5XM6ee/PYFwoF5Cmf0uMCg+w1ESRsRwgID9wXBJrkoflRTzk9kKItrBoU"
	"rbR4Y5PgFCy6lAtl1gKZVY54t5bAc=\n"
	"trusted comment: serial:7\n"
	"NEPxesXJ3DWjVZTBWR0j1cB+7xLoQuYlQCFtVt3umPyNOE9s1XbJQtmmUOSW7yQ0Xj2jnZ"
	"YXYjxnLf1tWn/RDw==\n";

const char signed_bad_serial[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8IrMib4OkoMid2qWDKwiKzKzrroc7L5zp5Zmb7+T+Gm3WfQipXnSteOyH6"
	"KBRtZhW40PhXW83otF4/Ik8f8llAE=\n"
	"trusted comment: serial:7x\n"
	"A1Pl8nRsVVf+akuN/kGx++VHchPVfLFmOsvV2k+OiC8EwoJU2uL9BaPleKmCMLcLlhuRMr"
	"3gTRv1hS7Lh4yhDg==\n";

const char signed_list_6[] =
	"old.example\n";

const char signed_list_6_minisig[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8P5ArWE3PuEhxr+a4EL6X5oeQdZPeajb7WSQTYd3ECKn6LfBQn5l+1a+MS"
	"GsSQyBa1BGo1pgOezJ/7gaHb9hIwI=\n"
	"trusted comment: serial:6\n"
	"OsJX/eCEynW0/AlqcLGAi4BrFjRN7GWlbqCZfBzDmFm9EeY/0Mgpl8Jhg/SmjeVsbWXxSg"
	"R/C9Sfn5kGrQwkDw==\n";

const char signed_list_6_by_other[] =
	"untrusted comment: signature of the test\n"
	"RURlVFrt+zp7Z42QJueIzDHPv9buK3EsKVmSBGFp2ZKsIXyR3q6TCYdex8kJU3ARB+p2Pi"
	"lKpn+D2HpKjNUjbA8Ra1949ndAoAw=\n"
	"trusted comment: serial:6\n"
	"oK7GfTAzZGTzbcAUgPx5EgN2rPsbLPNUZvOabHmsgrgYIdFMXy1+jimkdmXMqtF1xWrMyb"
	"+NobYcaJdSEr7jBQ==\n";

const char signed_list_8[] =
	"next.example\n"
	"second.example\n";

const char signed_list_8_minisig[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8FW18MzKT1jSev5fkKkTb+QPIm18rvT4ZbM4J0VXkk7V+maHeveGRc/0FV"
	"D7f6n/fsLAji02oBtHyzmMWJ365AU=\n"
	"trusted comment: serial:8\n"
	"vHAfoPIHFw36Wnu2bVruqk4J0TFETNyheqvIqUW9wheCOJ5z2nccXriL5Qf3H01hwn0cQA"
	"u55EURBappIVRXDg==\n";

const char signed_list_8_plain[] =
	"untrusted comment: signature of the test\n"
	"RUSODfGUu4NG8FW18MzKT1jSev5fkKkTb+QPIm18rvT4ZbM4J0VXkk7V+maHeveGRc/0FV"
	"D7f6n/fsLAji02oBtHyzmMWJ365AU=\n"
	"trusted comment: no serial\n"
	"ahJ2M0QnVL52NCqgAf93LyeEQOgN9DEmt41Ueg7ktyqcFNRNjsbvXMYnYnC7iCbNtqwsxD"
	"W2JLO5RCoJtAvOBA==\n";
