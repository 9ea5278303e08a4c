parser grammar AltParser;

@header { import org.antlr.v4.runtime.misc.ParseCancellationException; }

options {
    tokenVocab = AltLexer;
    superClass = StatementParser;
}

// The parser reads what NewlineFilter lets through: one SEPARATOR between two statements, none elsewhere.
// Every list of statements may be empty; a failed statement or declaration is skipped to its end by StatementParser.

file
    : (fileItem (SEPARATOR fileItem)*)? EOF
    ;

fileItem
    : (importStatement | declaration | strayInFile) { requireEnd(); }
    ;
    catch [RecognitionException failure] { recover(_localctx, failure); }
    catch [ParseCancellationException failure] { recover(_localctx, failure); }

importStatement
    : IMPORT importName (COMMA importName)*
    ;

importName
    : name (MINUS (name | NUMBER))*
    ;

declaration
    : kind=(NEURON | SYNAPSE | RULE | OPTIMIZER | OBJECTIVE | DATASET | CIRCUIT)
        name formals? modelBody                                 # model
    | functionDeclaration                                       # function
    | UNIT name EQUAL expression                                # unit
    | ENUM name EQUAL LBRACKET name (COMMA name)* RBRACKET      # enumeration
    | TEST STRING (FOR postfix)? block                          # testDeclaration
    | EXPERIMENT STRING block                                   # experiment
    ;

modelBody
    : EXTENDS postfix block?
    | EQUAL expression
    | block
    ;

functionDeclaration
    : FUNCTION name formals EQUAL expression
    ;

formals
    : LPAREN (binding (COMMA binding)*)? RPAREN
    ;

// name[axes] : type = value, or ~ distribution
binding
    : name axes? (COLON type)? ((EQUAL | TILDE) expression)?
    ;

// The same, but the value must be there.
definition
    : name axes? (COLON type)? (EQUAL | TILDE) expression
    ;

axes
    : LBRACKET axisSize (COMMA axisSize)* RBRACKET
    ;

axisSize
    : name (EQUAL expression)?
    ;

type
    : multiplicative
    ;

block
    : LBRACE (item (SEPARATOR item)*)? RBRACE
    ;

item
    : (keywordStatement | simpleStatement | stray) { requireEnd(); }
    ;
    catch [RecognitionException failure] { recover(_localctx, failure); }
    catch [ParseCancellationException failure] { recover(_localctx, failure); }

keywordStatement
    : parameters | states | placedEquation | relaxation | lets | cases | located
    | weight | input | output | compartment | spike | surrogate | method | hold | refractory | handler
    | feedback | noise | inject | stimulate | modulators | adapts | reads | phase | clamp | redirect
    | keep | conserve | prune | grow | report | ifStatement | matchStatement | functionDeclaration
    | loss | optimize | data | network | learn | schedule | compare | sweep | train | seeds
    | measure | record | checkpoint | log | plot | export
    | protocol | evaluate | run | present | rest | reset | freeze | repeat | forEach | trial | collect
    | field | split | section | given | expect | forRow | signFixed | carry
    ;

// ---- models and rules

parameters
    : PARAM binding (COMMA binding)*
    ;

states
    : SHARED? STATE place? binding (COMMA binding)*
    ;

place
    : PRE | POST | SYNAPSE | LAYER | GLOBAL
    ;

placedEquation
    : place quantity assignmentOperator expression
    ;

relaxation
    : RELAX quantity assignmentOperator expression
    ;

lets
    : LET definition (COMMA definition)*
    ;

cases
    : (SIGNAL | LET) name LBRACE caseOf (SEPARATOR caseOf)* RBRACE
    ;

caseOf
    : (AT name | ELSEWHERE) COLON expression
    ;

located
    : (AT name | ELSEWHERE) COLON (keywordStatement | simpleStatement)
    ;

weight
    : kind=(WEIGHT | BIAS | LEARNABLE) binding (IN (list | LOG))?
    ;

input
    : INPUT name (COLON type)?
    ;

output
    : OUT name (COLON type)? EQUAL expression
    ;

compartment
    : COMPARTMENT name block
    ;

spike
    : (SPIKE | EVENT name) (WHEN | WITH PROBABILITY) expression (block (ELSE block)?)?
    ;

surrogate
    : SURROGATE SPIKE BY postfix
    ;

method
    : METHOD name
    ;

hold
    : HOLD name (COMMA name)* FOR expression
    ;

refractory
    : REFRACTORY expression
    ;

handler
    : OVERRIDE? trigger (AT name)? block
    ;

trigger
    : ON postfix (AFTER expression)?
    | AFTER postfix
    | BEFORE postfix
    | EACH postfix
    | EVERY expression
    ;

feedback
    : FEEDBACK name (FROM OUTPUT)? (EQUAL | TILDE) expression (WHERE expression)?
    ;

noise
    : SHARED? NOISE place? quantity TILDE expression
    ;

inject
    : INJECT quantity PLUS_EQUAL expression
    ;

stimulate
    : STIMULATE postfix WITH expression (EACH STEP | block)
    ;

modulators
    : MODULATOR binding (COMMA binding)*
    ;

adapts
    : ADAPTS postfix (COMMA postfix)*
    ;

reads
    : READS postfix (COMMA postfix)*
    ;

phase
    : PHASE name (FOR expression (OF expression)?)? (FROM name)? block?
    ;

clamp
    : CLAMP quantity EQUAL expression
    ;

redirect
    : REDIRECT name ARROW name
    ;

keep
    : KEEP quantity IN LBRACKET expression COMMA expression RBRACKET (HARD | SOFT)?
    ;

conserve
    : CONSERVE expression (WITHIN expression)?
    ;

prune
    : PRUNE WHERE expression
    ;

grow
    : GROW count=expression? WHERE condition=expression block
    ;

report
    : REPORT name EQUAL expression
    ;

ifStatement
    : IF expression block (ELSE (block | ifStatement))?
    ;

matchStatement
    : MATCH expression LBRACE matchBranch (SEPARATOR matchBranch)* RBRACE
    ;

matchBranch
    : pattern COLON block
    ;

signFixed
    : SIGN FIXED
    ;

carry
    : CARRY postfix (COMMA postfix)*
    ;

// ---- experiments

loss
    : OBJECTIVE expression
    ;

optimize
    : OPTIMIZER postfix (THEN postfix)* (EVERY expression)?
    ;

data
    : DATA postfix (BATCH expression)? augmentation?
    ;

augmentation
    : AUGMENT name BY change (COMMA change)*
    ;

change
    : name (LPAREN expression RPAREN)?
    ;

network
    : NETWORK (block | name EQUAL postfix FROZEN?)
    ;

learn
    : LEARN postfix BY postfix (FOR name)?
    ;

schedule
    : SCHEDULE name AFTER expression
    ;

compare
    : COMPARE name IN LBRACKET alternative (COMMA alternative)* COMMA? RBRACKET
    ;

alternative
    : expression (WITH setting (COMMA setting)*)?
    ;

setting
    : name EQUAL expression
    ;

sweep
    : SWEEP name IN expression
    ;

train
    : TRAIN expression
    ;

seeds
    : SEEDS span (COMMA span)*
    ;

measure
    : MEASURE expressions clause*
    ;

record
    : RECORD expressions clause*
    ;

checkpoint
    : CHECKPOINT clause+
    ;

log
    : LOG clause+
    ;

plot
    : PLOT expressions clause*
    ;

export
    : EXPORT expressions clause*
    ;

clause
    : word=(EVERY | FOR | OVER | DURING | AS | KEEP | TO | AT) axis (COMMA axis)*
    ;

expressions
    : expression (COMMA expression)*
    ;

protocol
    : PROTOCOL block
    ;

evaluate
    : EVALUATE ON name block
    ;

run
    : RUN expression (OF expression)? (UNTIL expression)?
    ;

present
    : PRESENT expression
    ;

rest
    : REST expression
    ;

reset
    : RESET postfix (COMMA postfix)*
    ;

freeze
    : FREEZE postfix block?
    ;

repeat
    : REPEAT expression? block (UNTIL expression)?
    ;

forEach
    : FOR EACH name block
    ;

trial
    : TRIAL block
    ;

collect
    : COLLECT setting (COMMA setting)*
    ;

// ---- data sets and tests

field
    : FIELD definition
    ;

split
    : (SPLIT | GENERATE) part (COMMA part)* ((STRATIFIED | BALANCED) BY name)? (SEED expression)?
    ;

part
    : name expression
    ;

section
    : (TRAIN | TEST | VALIDATION) block
    ;

given
    : GIVEN givenValue (COMMA givenValue)*
    ;

givenValue
    : quantity
        ( EQUAL expression
        | IN expression (IN ORDER)?
        | TILDE expression (ONCE | HELD expression)?
        | AT expression
        | EVERY expression (FROM expression)? (REPEAT expression)?
        )?
    ;

expect
    : EXPECT expression (WITHIN expression)? (FOR postfix)?
    ;

forRow
    : FOR name IN span block
    ;

// ---- statements that open with a quantity: assignment, draw, population, projection, use

simpleStatement
    : postfix
        ( assignmentOperator expression
        | TILDE expression
        | COLON postfix (block | arrows projectionTail)?
        | arrows projectionTail
        )?
    ;

assignmentOperator
    : EQUAL | PLUS_EQUAL | MINUS_EQUAL | STAR_EQUAL | SLASH_EQUAL
    ;

arrows
    : (ARROW postfix)+
    ;

projectionTail
    : (CONNECT connection)? via? partner? learner?
    ;

via
    : VIA postfix block?
    ;

partner
    : PARTNER postfix
    ;

learner
    : LEARNS postfix (FOR name)?
    ;

connection
    : WHERE expression
    | FROM STRING (COMMA setting)* (WHERE expression)?
    | postfix (WHERE expression)?
    ;

// ---- expressions, from the loosest to the tightest

expression
    : IF expression THEN expression ELSE expression                                 # choose
    | MATCH expression LBRACE matchCase (SEPARATOR matchCase)* RBRACE               # matchExpression
    | disjunction                                                                   # operation
    ;

matchCase
    : pattern COLON expression
    ;

pattern
    : MINUS? number | name | STRING
    ;

disjunction
    : conjunction (OR conjunction)*
    ;

conjunction
    : negation (AND negation)*
    ;

negation
    : NOT negation
    | comparison
    ;

comparison
    : additive ((EQUAL_EQUAL | BANG_EQUAL | LESS | GREATER | LESS_EQUAL | GREATER_EQUAL) additive)?
    ;

additive
    : multiplicative ((PLUS | MINUS) multiplicative)*
    ;

multiplicative
    : unary ((STAR | SLASH) unary)*
    ;

unary
    : MINUS unary
    | power
    ;

power
    : operand (CARET unary)?
    ;

operand
    : number
    | STRING
    | postfix
    ;

postfix
    : (name | parenthesized | list) trailer* (AT_SIGN name (DOT name)?)?
    ;

// A name and what follows it; unlike a postfix it cannot open with a bracket, which the word before it would take.
quantity
    : name trailer*
    ;

parenthesized
    : LPAREN expression RPAREN
    ;

trailer
    : DOT name                                                  # member
    | LBRACKET argument (COMMA argument)* RBRACKET              # index
    | LPAREN (argument (COMMA argument)*)?
        (OVER axis (COMMA axis)*)? (WHERE expression (ELSE expression)?)? (BY expression)?
        RPAREN                                                  # call
    | PRIME                                                     # prime
    ;

argument
    : argumentName EQUAL span                   # namedArgument
    | argumentName TILDE expression             # drawnArgument
    | span                                      # positionalArgument
    ;

argumentName
    : name | AT | EVERY | FROM | BY | WITHIN
    ;

axis
    : (LAST | FIRST) (number | quantity)        # edge
    | expression                                # plainAxis
    ;

span
    : expression (RANGE expression)?
    ;

list
    : LBRACKET (element (COMMA element)* COMMA?)? RBRACKET
    ;

element
    : name (ARROW name)? COLON span             # tableElement
    | span                                      # listElement
    ;

number
    : NUMBER unitName?
    ;

unitName
    : NAME | STEP | BATCH | TRIAL | PERCENT
    ;

name
    : NAME | NEURON | SYNAPSE | RULE | OPTIMIZER | OBJECTIVE | DATASET | CIRCUIT | FUNCTION | UNIT | ENUM | TEST
    | EXPERIMENT | PRE | POST | LAYER | GLOBAL | SHARED | STATE | SIGNAL | WEIGHT | BIAS | LEARNABLE | INPUT
    | OUT | OUTPUT | COMPARTMENT | SPIKE | EVENT | PROBABILITY | SURROGATE | METHOD | HOLD | REFRACTORY | FEEDBACK
    | NOISE | INJECT | STIMULATE | MODULATOR | ADAPTS | READS | RELAX | PHASE | CLAMP | REDIRECT | KEEP | HARD
    | SOFT | CONSERVE | PRUNE | GROW | REPORT | DATA | BATCH | NETWORK | FROZEN | PARTNER | LEARN | SCHEDULE
    | COMPARE | SWEEP | TRAIN | VALIDATION | SEEDS | MEASURE | RECORD | CHECKPOINT | LOG | PLOT | EXPORT | TO
    | DURING | PROTOCOL | EVALUATE | RUN | PRESENT | REST | RESET | FREEZE | REPEAT | TRIAL | COLLECT | STEP
    | FIELD | SPLIT | GENERATE | STRATIFIED | BALANCED | AUGMENT | SEED | GIVEN | EXPECT | ONCE | HELD | ORDER | LAST
    | FIRST | SIGN | FIXED | CARRY | WHEN
    ;

// ---- what cannot open a statement or a declaration; entering it anyway lets one bad statement fail alone

stray
    : ( THEN | ELSE | AND | OR | NOT | OVER | WHERE | BY | IN | OF | FROM | UNTIL | WITHIN | AS | WITH | VIA
        | CONNECT | LEARNS | EXTENDS | IMPORT | NUMBER | STRING | ARROW | RANGE | DOT | COMMA | COLON_EQUAL
        | COLON | PLUS_EQUAL | MINUS_EQUAL | STAR_EQUAL | SLASH_EQUAL | EQUAL_EQUAL | BANG_EQUAL | LESS_EQUAL
        | GREATER_EQUAL | LESS | GREATER | EQUAL | PLUS | MINUS | STAR_STAR | STAR | SLASH | CARET | TILDE
        | AT_SIGN | PRIME | PERCENT | BANG | AMPERSANDS | BARS | RPAREN | RBRACKET | LBRACE | MALFORMED_NUMBER
        | UNTERMINATED_STRING | UNTERMINATED_COMMENT | UNKNOWN ) { refuse(); }
    ;

strayInFile
    : ~(NEURON | SYNAPSE | RULE | OPTIMIZER | OBJECTIVE | DATASET | CIRCUIT | FUNCTION | UNIT | ENUM | TEST
        | EXPERIMENT | IMPORT | SEPARATOR) { refuse(); }
    ;
