# SPDX-License-Identifier: MIT
# Evaluates the Perl expressions of a run, for the process that has started it and owns the other
# end of its standard input, a socket.
#
# What comes and goes are frames: a length (four bytes, the highest first) and so many bytes. All
# that comes is a list of strings, each with its length before it in the same way. The first frame
# holds the number of slots, the name of the shell's way of quoting, the number of expressions and,
# for each of them, its text and the positions of the values that it is for, none for all. Each one
# after that asks about one row: what to do (E: evaluate the expressions; F: filter, and give what was computed last), the row's
# number, the number of jobs, the number of records, the number of filters, these, the values.
#
# Each frame gets one back: a letter and what belongs to it.
#   O  everything is compiled
#   X  which expression cannot be compiled, and why: nothing comes after it
#   C  what the row has become, each with its place, whether it is not quoted, and its choices
#   S  nothing: the row is skipped
#   B  why it cannot be used
#
# The names of packages and functions are those that expressions know from GNU parallel.

package Arg;

our @arg;

# These come first, so that what they compile sees no variable of this file.
sub Apool::compile {
  return eval "no strict; no warnings; sub { my \$job = shift;\n#line 1 \"expression\"\n$_[0]\n}";
}

sub Apool::judge {
  return eval "no strict; no warnings; my \$job = \$Apool::job;\n#line 1 \"filter\"\n$_[0]\n";
}

use strict;
use warnings;

sub seq()        { return $Apool::job->seq() }
sub slot()       { return $Apool::job->slot() }
sub skip()       { return $Apool::job->skip() }
sub total_jobs() { return $Apool::job->total_jobs() }
sub uq()         { return $Apool::is_unquoted = 1 }

# What stands between single quotes is brought into a form in which the shell reads it as itself.
my %quote = (
  posix => sub { $_[0] =~ s/'/'"'"'/g },
  rc    => sub { $_[0] =~ s/'/''/g },
  fish  => sub { $_[0] =~ s/([^\0-\x7f]?)(['\\])/length $1 ? "$1''\\$2" : "\\$2"/ge },
);

# Outside of quotes, but for bytes of long characters and newlines.
sub quote_for_csh {
  my ($text) = @_;

  $text =~ s{([^\0-\x7f]+)|(\n)|([^A-Za-z0-9_/.+-])}
            {defined $1 ? "'$1'" : defined $2 ? qq("\\\n") : "\\$3"}ge;
  return $text;
}

# For the shell: the rule by which values are quoted in commands.
sub Q($) {
  my ($text) = @_;

  return $text if !defined $text || $text =~ m{\A[A-Za-z0-9_/.+-]+\z};
  return "''"                 if $text eq '';
  return quote_for_csh($text) if $Apool::shell eq 'csh';
  $quote{$Apool::shell}->($text);
  return "'$text'";
}

# For a string in double quotes of Perl.
sub pQ($) {
  my ($text) = @_;

  $text =~ s/([\\"\$\@])/\\$1/g if defined $text;
  return $text;
}

sub hash($) {
  require B;
  return B::hash($_[0]);
}

# Function by function: the format, and how many parts of the time there are before its first one.
my %times = (
  yyyy_mm_dd_hh_mm_ss => ['%04d-%02d-%02dT%02d:%02d:%02d', 0],
  yyyy_mm_dd_hh_mm    => ['%04d-%02d-%02dT%02d:%02d', 0],
  yyyy_mm_dd          => ['%04d-%02d-%02d', 0],
  hh_mm_ss            => ['%02d:%02d:%02d', 3],
  hh_mm               => ['%02d:%02d', 3],
  yyyymmddhhmmss      => ['%04d%02d%02d%02d%02d%02d', 0],
  yyyymmddhhmm        => ['%04d%02d%02d%02d%02d', 0],
  yyyymmdd            => ['%04d%02d%02d', 0],
  hhmmss              => ['%02d%02d%02d', 3],
  hhmm                => ['%02d%02d', 3],
);

for my $name (keys %times) {
  my ($format, $first) = @{ $times{$name} };
  my $n_parts = () = $format =~ /%/g;

  no strict 'refs';
  *$name = sub () {
    my ($second, $minute, $hour, $day, $month, $year) = localtime;
    my @parts = ($year + 1900, $month + 1, $day, $hour, $minute, $second);

    return sprintf $format, @parts[$first .. $first + $n_parts - 1];
  };
}

# What $job is.
package CommandLine;

sub seq        { return $_[0]{seq} }
sub skip       { return $_[0]{skip} = 1 }
sub total_jobs { return $_[0]{total} }

sub slot {
  $Apool::has_asked_slot = 1;
  return $_[0]{slot};
}

# Functions that expressions may expect of the program that runs them: ::basename(), ::ceil() ...
package main;

{
  no warnings 'once';
  *main::Q = *main::shell_quote = *main::shell_quote_scalar = \&Arg::Q;
  *main::pQ = *main::perl_quote_scalar = \&Arg::pQ;
}

our $AUTOLOAD;

sub AUTOLOAD {
  my ($name) = $AUTOLOAD =~ /([^:]*)\z/;
  my (undef, $file, $line) = caller;

  return if $name eq 'DESTROY';
  require POSIX;
  require File::Basename;
  for my $package ('POSIX', 'File::Basename') {
    my $code = $package->can($name) or next;

    no strict 'refs';
    *{"main::$name"} = $code;
    goto &$code;
  }
  die "Undefined subroutine &$AUTOLOAD called at $file line $line.\n";
}

package Apool;

# So much one row may become at most: bytes.
use constant MAX_ANSWER => 64 * 1024 * 1024;
use constant BLOCK => 64 * 1024;

# Number of an error: a call that a signal has interrupted.
use constant EINTR => 4;

our $job;
our $is_unquoted;
our $has_asked_slot;
our $shell;         # how it quotes

my $owner = $$;     # what an expression forks has no business here
my $n_slots;
my @expressions;    # each [ text, code, positions or nothing ]
my $computed = '';  # what was made of the row before the filters
my $input = '';     # bytes that were read and not looked at
my $output = '';    # bytes to write
my $socket;

$0 = 'apool: perl expressions';
$| = 1;
open $socket, '+<&', \*STDIN or die "apool: perl: $!\n";
open STDIN, '<', '/dev/null' or die "apool: perl: /dev/null: $!\n";
binmode $socket;

sub flush {
  while (length $output) {
    my $n = syswrite $socket, $output;

    next if !defined $n && $! + 0 == EINTR;
    exit 1 if !defined $n;
    substr $output, 0, $n, '';
  }
}

# Also what an expression has ended us after.
END { flush() if $$ == $owner }

sub say_frame { $output .= pack 'N/a*', $_[0] }

# What is said of an error in @_, on one line. Where the source has only one line, that it was there
# says nothing.
sub describe {
  my ($text, $source) = @_;

  $text = "$text";
  utf8::encode($text) if utf8::is_utf8($text);
  $text =~ s/ at (?:expression|filter) line \d+//g if $source !~ /\n/;
  $text =~ s/\s*\n\s*(?=\S)/; /g;
  $text =~ s/\.?\s*\z//;
  $text =~ tr/\0-\x1f\x7f/ /;
  return $text eq '' ? 'died' : $text;
}

sub fail {
  my ($name, $error, $source) = @_;

  die { fault => "$name: " . describe($error, $source) };
}

# What an expression is called in messages.
sub name_of {
  my ($text) = @_;

  $text =~ s/\A\s+|\s+\z//g;
  $text =~ tr/\0-\x1f\x7f/ /;
  return "{= $text =}";
}

sub evaluate {
  my ($expression, $value) = @_;
  my $error;

  local $_ = $value;
  # Who leaves the expression by next or last leaves only this.
  for my $once (1) {
    eval { $expression->[1]->($job); 1 } or $error = $@;
  }
  exit 0 if $$ != $owner;
  fail(name_of($expression->[0]), $error, $expression->[0]) if defined $error;
  my $text = defined $_ ? "$_" : '';
  utf8::downgrade($text, 1) or utf8::encode($text);
  return $text;
}

# What an expression has asked the slot for has as many results as there are slots.
sub evaluate_choices {
  my ($expression, $value, $place) = @_;
  my @choices;

  $is_unquoted = $has_asked_slot = 0;
  $job->{slot} = 1;
  @choices = evaluate($expression, $value);
  if ($has_asked_slot) {
    for my $slot (2 .. $n_slots) {
      $job->{slot} = $slot;
      push @choices, evaluate($expression, $value);
    }
  }
  return pack 'NCN(N/a*)*', $place, $is_unquoted ? 1 : 0, scalar @choices, @choices;
}

# Whether an expression is for the value that has this many before it.
sub is_for {
  my ($expression, $value, $n_values) = @_;
  my $positions = $expression->[2];

  return !$positions || $positions->{ $value + 1 } || $positions->{ $value - $n_values };
}

# Record by record, as they would come one by one.
sub compute {
  my ($n_records, $values) = @_;
  my $n_values = @$values;
  my $step = int($n_values / ($n_records || 1)) || 1;
  my $answer = '';

  for (my $first = 0 ; $first < $n_values ; $first += $step) {
    my $last = $first + $step - 1;

    $last = $n_values - 1 if $last >= $n_values;
    for my $i (0 .. $#expressions) {
      for my $value ($first .. $last) {
        next if !is_for($expressions[$i], $value, $n_values);
        $answer .=
          evaluate_choices($expressions[$i], $values->[$value], $i * $n_values + $value);
        fail(name_of($expressions[$i][0]), 'its result is too long', '')
          if length $answer > MAX_ANSWER;
      }
    }
  }
  return $answer;
}

sub passes {
  for my $text (@_) {
    my $is_true;

    local $_;
    $@ = '';
    for my $once (1) {
      $is_true = judge($text);
    }
    exit 0 if $$ != $owner;
    fail("--filter '" . describe($text, '') . "'", $@, $text) if $@ ne '';
    return 0 if !$is_true;
  }
  return 1;
}

sub answer {
  my ($what, $seq, $total, $n_records, $n_filters, @values) = @_;
  my @filters = splice @values, 0, $n_filters;

  $job = bless { seq => $seq, total => $total, slot => 1 }, 'CommandLine';
  @Arg::arg = (undef, @values);
  if ($what eq 'E') {
    # Where there is no value, its place is taken by an empty one.
    push @values, '' if !@values;
    $computed = compute($n_records, \@values);
  }
  return 'S' if $job->{skip} || !passes(@filters) || $job->{skip};
  return "C$computed";
}

sub set_up {
  my $n_expressions;

  ($n_slots, $shell, $n_expressions, my @rest) = @_;
  for my $i (0 .. $n_expressions - 1) {
    my ($text, $positions) = splice @rest, 0, 2;
    my $code = compile($text);

    return 'X' . name_of($text) . ': ' . describe($@, $text) if !$code;
    $positions = { map { ($_ => 1) } split / /, $positions };
    push @expressions, [$text, $code, %$positions ? $positions : undef];
  }
  return 'O';
}

sub handle {
  my ($frame) = @_;
  my $reply;

  if (!defined $n_slots) {
    say_frame(set_up(unpack '(N/a)*', $frame));
    return;
  }
  if (!eval { $reply = answer(unpack '(N/a)*', $frame); 1 }) {
    $reply = 'B' . (ref $@ eq 'HASH' ? $@->{fault} : describe($@, ''));
  }
  say_frame($reply);
  flush() if length $output > BLOCK;
}

sub read_more {
  my $n;

  do {
    $n = sysread $socket, $input, BLOCK, length $input;
  } while (!defined $n && $! + 0 == EINTR);
  exit($$ == $owner ? 0 : 1) if !$n;
}

while (1) {
  my $at = 0;

  while (length $input >= $at + 4) {
    my $length = unpack 'N', substr $input, $at, 4;

    last if length $input < $at + 4 + $length;
    handle(substr $input, $at + 4, $length);
    $at += 4 + $length;
  }
  substr $input, 0, $at, '';
  flush();
  read_more();
}
