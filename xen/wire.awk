# SPDX-License-Identifier: GPL-2.0-only
#
# The text processing of xen/wire.  Runs in the top directory of a Xen tree, reads
# the files that wire.edits names, and writes only below WORK:
#
#   WORK/clean/PATH   the file without wire's blocks
#   WORK/new/PATH     the file with wire's blocks
#
# Called as  awk -f wire.awk ACTION  with these in the environment:
#
#   EDITS    wire.edits            STYLE  the tree's style
#   WORK     where to write        NUMBER the hypercall's number
#   NEWLINES lines of COUNT PATH: the number of newlines in each file
#   FLASK    not empty: with the edits for FLASK
#   HOME_DIRECTORY the directory of wire
#
# ACTION is one of:
#
#   number     print the number that the tree is wired with, if it is wired
#   flask      print "yes" if the tree is wired for FLASK
#   list       print the files that any style edits
#   probe      print the header with the results of the probes
#   questions  print C that finds who uses NUMBER in the headers that standard input
#              names
#   blocks     write the Nth block in each PATH to WORK/PATH:N
#   wire       write WORK/clean and WORK/new
#   strip      write WORK/clean
#
# The last two print lines with fields separated by tabs:
#
#   file PATH HAVE WANT GROUP   PATH has HAVE blocks and should have WANT; GROUP is
#                         what they are for: core or flask
#   error TEXT            why the tree is refused

BEGIN {
    OFS = "\t"
    begin_mark = "alice: begin"
    end_mark = "alice: end"

    style = ENVIRON["STYLE"]
    work = ENVIRON["WORK"]
    number = ENVIRON["NUMBER"]
    xen_h = "xen/include/public/xen.h"

    load_newlines(ENVIRON["NEWLINES"])
    feature["flask"] = ENVIRON["FLASK"] != ""
    load_structs(ENVIRON["HOME_DIRECTORY"] "/public/alice.h")
    load_edits(ENVIRON["EDITS"])
    put_gate_last()

    action = ARGV[1]
    if (action == "number")
        print_number()
    else if (action == "flask")
        print_flask()
    else if (action == "list")
        print_list()
    else if (action == "probe")
        print_probes(ENVIRON["HOME_DIRECTORY"])
    else if (action == "questions")
        print_questions()
    else if (action == "blocks")
        write_blocks()
    else if (action == "strip")
        strip_all()
    else
        wire_all()
    exit 0
}

function error(text)
{
    print "error", text
}

# The rest of a line, after the keyword.
function value(line)
{
    sub(/^[^ ]+ /, "", line)
    return line
}

# ---------------------------------------------------------------- wire.edits

function load_edits(path,    line, key, active)
{
    active = 1
    edits = checks = tables = files = 0
    while ((getline line < path) > 0) {
        if (line == "" || line ~ /^#/)
            continue
        key = line
        sub(/ .*/, "", key)
        if (line ~ /^[+*]/) {
            if (active)
                add_text(substr(line, 1, 1), substr(line, 2))
        } else if (key == "style")
            active = style_named(value(line))
        else if (key == "feature")
            load_feature(value(line))
        else if (key == "gate")
            load_gate(value(line))
        else if (key ~ /^edit/) {
            add_names(value(line))
            if (active)
                new_edit(key, value(line))
        } else if (!active)
            continue
        else if (key == "probe")
            probe = value(line)
        else if (key == "expect")
            expect[checks++] = value(line)
        else if (key == "slots")
            slots[tables++] = value(line)
        else if (key ~ /^(when|from|to|after|before|above)$/)
            set_edit(key, value(line))
    }
    close(path)
}

# Is the style of the tree one of these?
function style_named(names,    n, i, word)
{
    n = split(names, word, " ")
    for (i = 1; i <= n; i++)
        if (word[i] == "all" || word[i] == style)
            return 1
    return 0
}

# Collect the paths that any style edits: --remove looks into all of them.
function add_names(paths,    n, i, word)
{
    n = split(paths, word, " ")
    for (i = 1; i <= n; i++)
        if (!(word[i] in named)) {
            named[word[i]] = 1
            file_name[files++] = word[i]
        }
}

function new_edit(key, paths,    n, i, word)
{
    first_edit = edits
    n = split(paths, word, " ")
    for (i = 1; i <= n; i++)
        if (key == "edit" || is_there(word[i]))
            edit_path[edits++] = word[i]
}

function set_edit(key, text,    i)
{
    for (i = first_edit; i < edits; i++) {
        if (key == "when")
            edit_when[i] = text
        else if (key == "from")
            edit_from[i] = text
        else if (key == "to")
            edit_to[i] = text
        else {
            edit_place[i] = key
            edit_anchor[i] = text
        }
    }
}

function add_text(kind, text,    k)
{
    if (kind == "+")
        add_line(text)
    else
        for (k = 0; k < structs; k++)
            add_line(with(text, "STRUCT", struct_name[k]))
}

function add_line(text,    i)
{
    for (i = first_edit; i < edits; i++)
        edit_text[i, edit_lines[i]++] = text
}

# The structures of the public header, without their prefix "xen_".
function load_structs(path,    line)
{
    structs = 0
    while ((getline line < path) > 0)
        if (line ~ /^struct xen_[a-z0-9_]+ [{]$/) {
            sub(/^struct xen_/, "", line)
            sub(/ .*/, "", line)
            struct_name[structs++] = line
        }
    close(path)
}

# ------------------------------------------------------------------ the gate

function load_gate(text,    word)
{
    split(text, word, " ")
    if (gate != "" || !is_there(word[1]))
        return
    gate = word[1]
    subst["GUARD"] = word[2]
}

function put_gate_last(    i, n)
{
    for (i = n = 0; i < files; i++)
        if (file_name[i] != gate)
            file_name[n++] = file_name[i]
    file_name[n] = gate
}

# ------------------------------------------------------------------ features

function load_feature(text,    word, n)
{
    n = split(text, word, " ")
    if (word[2] == "has")
        feature[word[1]] = is_there(word[3])
    else {
        sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", text)
        feature[word[1]] = mentions(word[3], text)
    }
}

function is_there(path,    line, there)
{
    there = (getline line < path) >= 0
    close(path)
    return there
}

function mentions(path, text,    line, found)
{
    while (!found && (getline line < path) > 0)
        if (index(line, text))
            found = 1
    close(path)
    return found
}

# Does the tree have all features that edit i needs?
function wanted(i,    n, k, word, name)
{
    n = split(edit_when[i], word, " ")
    for (k = 1; k <= n; k++) {
        name = word[k]
        sub(/^!/, "", name)
        if ((word[k] ~ /^!/) == !!feature[name])
            return 0
    }
    return 1
}

# --------------------------------------------------------------- the number

# Print all macros of the headers, and below them a question for each definition of
# a hypercall's number.  If a number has several definitions, all are evaluated, as
# each may be used in some configuration.  Of other macros the last one holds.
function print_questions(    path, line, more, n, i, question)
{
    ARGC = 1
    while ((getline path) > 0) {
        while ((getline line < path) > 0) {
            if (line !~ /^[ \t]*#[ \t]*define[ \t]/)
                continue
            while (line ~ /\\$/ && (getline more < path) > 0)
                line = substr(line, 1, length(line) - 1) " " more
            # Close a comment that continues on the next line.
            line = line " /**/"
            print line
            if (line ~ /define[ \t]+__HYPERVISOR_[A-Za-z0-9_]+[^A-Za-z0-9_(]/)
                question[n++] = question_of(path, line)
        }
        close(path)
    }
    for (i = 0; i < n; i++)
        printf "%s", question[i]
    print "alice_end"
}

# xc_reserved_op was a name for number 39 without a hypercall.
function question_of(path, line,    name)
{
    sub(/.*define[ \t]+__HYPERVISOR_/, "", line)
    name = line
    sub(/[^A-Za-z0-9_].*/, "", name)
    if (name == "alice_op" || name == "xc_reserved_op")
        return ""
    return "#undef alice_value\n#define alice_value " substr(line, length(name) + 1) \
           "\n#if (alice_value) == " number "\nalice_taken \"" name " in " path \
           "\"\n#endif\n"
}

# The questions find numbers that headers give to other hypercalls.  This finds uses
# of number 39 by its old name, and an alice_op that wire did not add.
function check_number(path,    i)
{
    for (i = 1; i <= lines; i++)
        if (path != xen_h && number == 39 && clean[i] ~ /xc_reserved_op/)
            error(path ": uses number 39, as xc_reserved_op; " \
                  "choose another number with --number")
        else if (clean[i] ~ /(^|[^a-z])alice_op([^a-z_]|$)/)
            error(path ": has an alice_op, and wire did not put it there; " \
                  "take it out by hand")
}

function print_number(    i, word)
{
    read_file(xen_h)
    for (i = 1; i <= lines; i++)
        if (in_block[i]) {
            split(line_of[i], word, /[ \t]+/)
            if (word[2] == "__HYPERVISOR_alice_op")
                print word[3]
        }
}

# The group of edit i.  All edits of a file have the same group.
function group_of(i)
{
    return edit_when[i] ~ /^flask( |$)/ ? "flask" : "core"
}

function print_flask(    i)
{
    for (i = 0; i < edits; i++)
        if (group_of(i) == "flask" && is_there(edit_path[i]) &&
            read_file(edit_path[i]) && blocks) {
            print "yes"
            return
        }
}

function set_number_features()
{
    feature["listed"] = number == 39 && feature["reserved"]
    subst["NEXT"] = number < 48 ? "__HYPERVISOR_arch_0" : "NR_hypercalls"
    subst["N"] = number
}

function with(text, name, what)
{
    gsub("@" name "@", what, text)
    return text
}

function substitute(text,    name)
{
    for (name in subst)
        text = with(text, name, subst[name])
    return text
}

# --------------------------------------------------------------------- files

function load_newlines(text,    n, i, row, at)
{
    n = split(text, row, "\n")
    for (i = 1; i <= n; i++) {
        sub(/^ +/, "", row[i])
        at = index(row[i], " ")
        newlines[substr(row[i], at + 1)] = substr(row[i], 1, at - 1) + 0
    }
}

# Reads a file.  Sets line_of[], its lines; in_block[], for each line the line at which
# its block begins, or 0; clean[], the lines outside blocks; and blocks, the number of
# blocks.  Returns 0 if the marks of blocks do not pair.
function read_file(path,    line, n, inside)
{
    n = lines = blocks = inside = 0
    while ((getline line < path) > 0) {
        line_of[++n] = line
        if (index(line, begin_mark)) {
            if (inside)
                return bad_marks(path, inside)
            inside = n
            blocks++
        }
        in_block[n] = inside
        if (!inside)
            clean[++lines] = line
        if (index(line, end_mark)) {
            if (!inside)
                return bad_marks(path, n)
            inside = 0
        }
    }
    close(path)
    all_lines = n
    last_newline = !(path in newlines) || newlines[path] >= n
    return inside ? bad_marks(path, inside) : 1
}

function bad_marks(path, n)
{
    close(path)
    error(path ":" n ": \"" begin_mark "\" and \"" end_mark "\" do not pair; " \
          "put the missing line back, or restore the file")
    return 0
}

# Writes body[1..n].  It ends with a newline if the file that was read last does.
function write_file(path, body, n,    i)
{
    for (i = 1; i < n; i++)
        print body[i] > path
    printf "%s%s", body[n], (last_newline ? "\n" : "") > path
    close(path)
}

function comment(path, text)
{
    if (path ~ /\.(markdown|pandoc)$/)
        return "<!-- " text " -->"
    if (path ~ /(Makefile|Kconfig|\.lst|\.conf|security_classes|access_vectors)$/)
        return "# " text
    return "/* " text " */"
}

# ---------------------------------------------------------------- the edits

# The only line of clean[from..to] that matches.  Returns 0, and reports an error, if
# there is none or more than one.
function only_line(path, regex, from, to,    i, at, found)
{
    for (i = from; i <= to; i++)
        if (clean[i] ~ regex) {
            at = i
            found++
        }
    if (found == 1)
        return at
    error(path ": " (found ? found " lines match" : "no line matches") \
          " the anchor " regex)
    return 0
}

# The line of clean[] after which edit i is inserted.  Returns -1 after an error.
function place_of(i,    path, from, to, at)
{
    path = edit_path[i]
    from = 1
    to = lines
    if (edit_from[i] != "") {
        from = only_line(path, edit_from[i], 1, lines)
        if (!from++)
            return -1
        for (to = from; to <= lines && clean[to] !~ edit_to[i]; to++)
            ;
        if (to > lines) {
            error(path ": no line matches the anchor " edit_to[i] \
                  " after " edit_from[i])
            return -1
        }
    }
    at = only_line(path, substitute(edit_anchor[i]), from, to)
    if (!at)
        return -1
    if (edit_place[i] == "after")
        return at
    if (edit_place[i] == "before")
        return at - 1
    if (at > 2 && clean[at - 1] == "")
        return at - 2
    error(path ": no empty line above the anchor " edit_anchor[i])
    return -1
}

# Makes new[] from clean[] and all blocks.  Blocks at the same place keep the order of
# the edits.
function apply(path,    i, k, n, at, text)
{
    split("", text)
    want = 0
    for (i = 0; i < edits; i++) {
        if (edit_path[i] != path || !wanted(i))
            continue
        want++
        at = place_of(i)
        if (at < 0)
            continue
        text[at] = text[at] comment(path, begin_mark) "\n"
        for (k = 0; k < edit_lines[i]; k++)
            text[at] = text[at] substitute(edit_text[i, k]) "\n"
        text[at] = text[at] comment(path, end_mark) "\n"
    }
    new_lines = 0
    for (i = 0; i <= lines; i++) {
        if (i)
            new[++new_lines] = clean[i]
        n = (i in text) ? split(text[i], block, "\n") : 0
        for (k = 1; k < n; k++)
            new[++new_lines] = block[k]
    }
}

# ---------------------------------------------------------------- the checks

function check_expected(path,    i, at)
{
    for (i = 0; i < checks; i++) {
        at = index(expect[i], " ")
        if (substr(expect[i], 1, at - 1) == path)
            only_line(path, substr(expect[i], at + 1), 1, lines)
    }
}

# Counts the lines that name a hypercall's function or table entry.
function count_entries(name,    i, found)
{
    for (i = 1; i <= new_lines; i++)
        if (new[i] ~ "(^|[^a-z_]|do_|compat_)" name "([^a-z_]|$)")
            found++
    return found + 0
}

# alice_op has to be in as many tables as event_channel_op.
function check_entries(path,    theirs, ours)
{
    theirs = count_entries("event_channel_op")
    ours = count_entries("alice_op")
    if (theirs && path ~ /\.[chS]$/ && path != xen_h && theirs != ours)
        error(path ": names event_channel_op " theirs " times, and alice_op " \
              "would be named " ours " times: a table that wire does not know")
}

# Counts the lines that name a hook of XSM: its pointer, assignment or list entry.
function count_hooks(name,    i, found)
{
    for (i = 1; i <= new_lines; i++)
        if (new[i] ~ "(\\(\\*|ops, |\\.|XSM_HOOK\\(int, )" name "(\\)| +=|,)")
            found++
    return found + 0
}

# The hook alice_op has to be in as many places as the hook xen_version.
function check_hooks(path,    theirs, ours)
{
    theirs = count_hooks("xen_version")
    ours = count_hooks("alice_op")
    if (path ~ /\.[ch]$/ && theirs != ours)
        error(path ": lists the hook xen_version " theirs " times, and " \
              "alice_op would be listed " ours " times: a place that wire " \
              "does not know")
}

# The text in slot number of an assembler table in new[].  Follows .rept, and takes
# the #if branch of conditionals, as in a build with alice_op.
function slot_text(path, label, directive,    i, at, step, text, skip, last)
{
    for (i = 1; i <= new_lines && new[i] != "ENTRY(" label ")"; i++)
        ;
    at = 0
    step = 1
    for (i++; i <= new_lines; i++) {
        text = new[i]
        sub(/^[ \t]+/, "", text)
        if (text ~ /^#(if|endif)/)
            skip = 0
        else if (text ~ /^#else/)
            skip = 1
        else if (skip)
            continue
        else if (text ~ /^\.rept /)
            step = rept_end(text) - at
        else if (text ~ /^\.endr/)
            step = 1
        else if (text ~ /^ENTRY/)
            break
        else if (index(text, "." directive " ") == 1) {
            if (step < 0)
                return last
            at += step
            last = substr(text, length(directive) + 3)
            if (at > number)
                return last
        }
    }
    return "nothing"
}

# The number up to which a ".rept NAME-..." line fills the table.
function rept_end(text)
{
    sub(/^\.rept /, "", text)
    sub(/-.*/, "", text)
    if (text == "__HYPERVISOR_arch_0")
        return 48
    if (text == "NR_hypercalls")
        return 64
    if (text == "__HYPERVISOR_alice_op")
        return number
    return text + 0
}

function check_slots(path,    i, word, text)
{
    for (i = 0; i < tables; i++) {
        split(slots[i], word, " ")
        if (word[1] != path)
            continue
        text = slot_text(path, word[2], word[3])
        sub(/[ \t].*/, "", text)
        if (text != word[4])
            error(path ": slot " number " of " word[2] " holds " text \
                  "; choose another number with --number")
    }
}

# -------------------------------------------------------------- the probes

# Prints a header.  It defines NAME for each line of the probe file
#   probe: NAME "TEXT" PATH...
# if one of the PATHs, relative to xen/, contains TEXT, and lists the structures of
# the public header.
function print_probes(home,    line, from, to, path, i)
{
    from = to = probe
    sub(/ .*/, "", from)
    sub(/.* /, "", to)
    path = to
    sub(/.*\//, "", path)
    print "/* SPDX-License-Identifier: GPL-2.0-only */"
    print "/*"
    print " * " path
    print " *"
    print " * Made by wire from the probes in " from ": what this tree, of the"
    print " * style " style ", has."
    print " */"
    while ((getline line < (home "/" from)) > 0)
        if (line ~ /probe: [A-Z0-9_]+ "[^"]+" /)
            print_probe(line)
    close(home "/" from)
    print "\n/* Each structure of public/alice.h, without its xen_. */"
    print "#define ALICE_STRUCTS(each)" continued(structs)
    for (i = 0; i < structs; i++)
        print "    each(" struct_name[i] ")" continued(structs - 1 - i)
    print "\n/* What wire left in this tree, as cksum has it, to know it again. */"
}

# The end of a line of a macro, after which that many lines follow.
function continued(lines)
{
    return lines ? " \\" : ""
}

function print_probe(line,    name, text, n, i, path)
{
    sub(/.*probe: /, "", line)
    name = text = line
    sub(/ .*/, "", name)
    sub(/^[^"]*"/, "", text)
    sub(/".*/, "", text)
    sub(/^[^"]*"[^"]*" /, "", line)
    n = split(line, path, " ")
    for (i = 1; i <= n; i++)
        if (mentions("xen/" path[i], text)) {
            printf "%s#define %s 1\n", (probes++ ? "" : "\n"), name
            return
        }
}

# --------------------------------------------------------------- the actions

function print_list(    i)
{
    for (i = 0; i < files; i++)
        print file_name[i]
}

# In reverse order, so that the gate, which is last, is removed first.
function strip_all(    i, path)
{
    for (i = files - 1; i >= 0; i--) {
        path = file_name[i]
        if (!is_there(path) || !read_file(path) || !blocks)
            continue
        write_file(work "/clean/" path, clean, lines)
        print "file", path, blocks, 0, ""
    }
}

function write_blocks(    i, k, path, n, to)
{
    for (i = 0; i < files; i++) {
        path = file_name[i]
        if (!is_there(path) || !read_file(path))
            continue
        n = 0
        for (k = 1; k <= all_lines; k++)
            if (in_block[k]) {
                if (in_block[k] == k)
                    to = work "/" path ":" ++n
                print line_of[k] > to
                if (index(line_of[k], end_mark))
                    close(to)
            }
    }
}

function wire_all(    i, path, seen, group)
{
    set_number_features()
    for (i = 0; i < checks; i++) {
        path = expect[i]
        sub(/ .*/, "", path)
        if (!(path in seen) && read_file(path))
            check_expected(path)
        seen[path] = 1
    }
    for (i = 0; i < edits; i++)
        if (wanted(i))
            group[edit_path[i]] = group_of(i)
    for (i = 0; i < files; i++) {
        path = file_name[i]
        if (!(path in group))
            continue
        if (!is_there(path))
            error(path ": is missing")
        else if (read_file(path))
            wire_file(path, group[path])
    }
}

function wire_file(path, group)
{
    check_number(path)
    apply(path)
    check_entries(path)
    check_slots(path)
    if (group == "flask")
        check_hooks(path)
    write_file(work "/clean/" path, clean, lines)
    write_file(work "/new/" path, new, new_lines)
    print "file", path, blocks, want, group
}
