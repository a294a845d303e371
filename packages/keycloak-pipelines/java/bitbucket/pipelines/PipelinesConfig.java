package bitbucket.pipelines;

import bitbucket.pipelines.rules.Binding;
import bitbucket.pipelines.rules.Rules;
import bitbucket.pipelines.rules.StepToken;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.keycloak.broker.oidc.IssuerValidation;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.IdentityProviderType;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * The settings of one workspace. There is none for the place of its keys, which follows from the issuer, none for
 * the audience, which is the realm's issuer URL, and none that switches a check off.
 */
public final class PipelinesConfig extends IdentityProviderModel implements IssuerValidation {
    private static final long serialVersionUID = 1L;

    private static final String WORKSPACE = "workspaceUuid";
    private static final String BOUND_TO = "boundTo";
    private static final String MAXIMUM_AGE = "maximumAge";
    private static final int DEFAULT_AGE = 3600;
    private static final int DEFAULT_SKEW = 15;
    private static final Pattern ISSUER_FORM =
        Pattern.compile("https?://[^/?#@]+/2\\.0/workspaces/[^/?#]+/pipelines-config/identity/oidc");

    static final List<ProviderConfigProperty> PROPERTIES = ProviderConfigurationBuilder.create()
        .property().name(ISSUER).label("Issuer").type(ProviderConfigProperty.STRING_TYPE).required(true)
        .helpText("https://api.bitbucket.org/2.0/workspaces/<workspace>/pipelines-config/identity/oidc, "
            + "from the repository settings, OpenID Connect").add()
        .property().name(WORKSPACE).label("Workspace UUID").type(ProviderConfigProperty.STRING_TYPE).required(true)
        .helpText("With braces, from the repository settings, OpenID Connect").add()
        .property().name(BOUND_TO).label("Clients are bound to").type(ProviderConfigProperty.LIST_TYPE)
        .options(Arrays.stream(Binding.values()).map(Binding::word).toList())
        .defaultValue(Binding.ENVIRONMENT.word()).required(true)
        .helpText("Besides the repository. An environment must be one that only administrators deploy to, a branch "
            + "a protected one: any writer can name an environment in a branch of their own").add()
        .property().name(MAXIMUM_AGE).label("Maximum age").type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(Integer.toString(DEFAULT_AGE))
        .helpText("Seconds since a token was issued, 60 to 7200").add()
        .property().name(ALLOWED_CLOCK_SKEW).label("Allowed clock skew").type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(Integer.toString(DEFAULT_SKEW))
        .helpText("Seconds that the clocks of Bitbucket and Keycloak may differ, 0 to 60").add()
        .build();

    public PipelinesConfig() {
    }

    public PipelinesConfig(IdentityProviderModel model) {
        super(model);
    }

    Rules rules() {
        return new Rules(getConfig().get(ISSUER), getConfig().get(WORKSPACE),
            seconds(MAXIMUM_AGE, DEFAULT_AGE, 60, 7200), seconds(ALLOWED_CLOCK_SKEW, DEFAULT_SKEW, 0, 60));
    }

    /** Where the workspace publishes its keys. */
    String keysUrl() {
        return getConfig().get(ISSUER) + "/keys.json";
    }

    Binding binding() {
        String word = getConfig().get(BOUND_TO);
        Binding binding = Binding.called(word == null || word.isBlank() ? Binding.ENVIRONMENT.word() : word);
        if (binding != null) return binding;
        throw new IllegalArgumentException(BOUND_TO + ": found \"" + word + "\"; allowed are "
            + String.join(", ", Arrays.stream(Binding.values()).map(each -> '"' + each.word() + '"').toList()));
    }

    @Override
    public Boolean isHideOnLogin() {
        return true;
    }

    /** Called whenever an administrator saves it. */
    @Override
    public void validate(RealmModel realm) {
        super.validate(realm);
        String issuer = getConfig().get(ISSUER);
        if (issuer == null || !ISSUER_FORM.matcher(issuer).matches()) {
            throw new IllegalArgumentException(ISSUER + ": found \"" + issuer
                + "\"; expected https://api.bitbucket.org/2.0/workspaces/<workspace>/pipelines-config/identity/oidc");
        }
        if (!StepToken.isUuid(getConfig().get(WORKSPACE))) {
            throw new IllegalArgumentException(WORKSPACE + ": found \"" + getConfig().get(WORKSPACE)
                + "\"; expected a UUID in lower case with braces");
        }
        binding();
        rules();
        validateIssuer(realm, IdentityProviderType.CLIENT_ASSERTION);
    }

    private int seconds(String name, int otherwise, int least, int most) {
        String text = getConfig().get(name);
        if (text == null || text.isBlank()) return otherwise;
        int value = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (value >= least && value <= most) return value;
        throw new IllegalArgumentException(
            name + ": found \"" + text + "\"; expected seconds from " + least + " to " + most);
    }
}
