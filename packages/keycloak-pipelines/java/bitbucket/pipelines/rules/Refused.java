package bitbucket.pipelines.rules;

/** Ends the checking of a token at the first rule that it breaks. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    public Refused(Refusal refusal) {
        // Without a stack trace: whoever sends wrong tokens decides how often this happens.
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
