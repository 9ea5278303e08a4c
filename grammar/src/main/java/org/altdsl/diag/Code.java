package org.altdsl.diag;

/**
 * The kinds of diagnostics, each with a stable printed identifier.
 *
 * <p>The letter names the part of the language that is concerned: S syntax, N names, U units, T places and shapes,
 * C the rules of the language, L information a rule uses, M methods of integration, E experiments, D data, W liveness
 * warnings, X what the language can say but this version cannot run.
 */
public enum Code {
    SYNTAX("ALT-S001"),
    UNKNOWN_CHARACTER("ALT-S002"),
    UNTERMINATED_TEXT("ALT-S003"),
    BAD_NUMBER("ALT-S004"),
    TOO_DEEP("ALT-S005"),
    TOO_LARGE("ALT-S006"),
    UNTERMINATED_COMMENT("ALT-S007"),
    UNKNOWN_NAME("ALT-N001"),
    DUPLICATE_NAME("ALT-N002"),
    UNKNOWN_IMPORT("ALT-N003"),
    IMPORT_CYCLE("ALT-N004"),
    UNKNOWN_MEMBER("ALT-N005"),
    UNKNOWN_UNIT("ALT-N006"),
    UNKNOWN_FUNCTION("ALT-N007"),
    UNKNOWN_PARAMETER("ALT-N008"),
    UNKNOWN_AXIS("ALT-N009"),
    UNKNOWN_HOOK("ALT-N010"),
    UNKNOWN_PARENT("ALT-N011"),
    INHERITANCE_CYCLE("ALT-N012"),
    UNKNOWN_DECLARATION("ALT-N013"),
    AMBIGUOUS_NAME("ALT-N014"),
    RECURSIVE_DEFINITION("ALT-N015"),
    UNIT_MISMATCH("ALT-U001"),
    NOT_DIMENSIONLESS("ALT-U002"),
    BAD_EXPONENT("ALT-U003"),
    UNIT_OF_PARAMETER("ALT-U004"),
    LOST_AXIS("ALT-T001"),
    BATCH_NOT_REDUCED("ALT-T002"),
    WRONG_SHAPE("ALT-T003"),
    WRONG_TYPE("ALT-T004"),
    WRONG_ARGUMENTS("ALT-T005"),
    NOT_ELEMENTWISE("ALT-T006"),
    NOT_DIFFERENTIABLE("ALT-T007"),
    NOT_ALLOWED_HERE("ALT-C001"),
    NOT_ASSIGNABLE("ALT-C002"),
    MISSING_VALUE("ALT-C003"),
    ALGEBRAIC_LOOP("ALT-C004"),
    CONFLICTING_DECLARATION("ALT-C005"),
    RESERVED_WORD("ALT-C006"),
    NOT_CONSERVED("ALT-C007"),
    READS_MORE("ALT-L001"),
    UNKNOWN_INFORMATION("ALT-L002"),
    NOT_LINEAR("ALT-M001"),
    STOCHASTIC_METHOD("ALT-M002"),
    NOT_FINITE("ALT-M003"),
    UNSTABLE_STEP("ALT-M004"),
    COARSE_STEP("ALT-M005"),
    GROWING_SOLUTION("ALT-M006"),
    NO_EXPERIMENT("ALT-E001"),
    MANY_EXPERIMENTS("ALT-E002"),
    BAD_EXPERIMENT("ALT-E003"),
    UNKNOWN_MEASURE("ALT-E004"),
    UNKNOWN_POPULATION("ALT-E005"),
    BAD_SETTING("ALT-E006"),
    NOT_IN_LANES("ALT-E007"),
    NO_DATA("ALT-D001"),
    BAD_DATA("ALT-D002"),
    NEVER_READ("ALT-W001"),
    NO_EFFECT("ALT-W002"),
    NO_GRADIENT("ALT-W003"),
    NEVER_LEARNS("ALT-W004"),
    CUT_GRADIENT("ALT-W005"),
    LARGE_RECORD("ALT-W006"),
    NOT_YET("ALT-X001"),
    INTERNAL("ALT-X999");

    private final String id;

    Code(String id) {
        this.id = id;
    }

    /** The identifier that is printed and that stays the same from version to version. */
    public String id() {
        return id;
    }
}
