package fi.lupa.edge.kafka;

import fi.lupa.edge.kafka.KafkaRole.Right;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/** Gives those who work with an installation's topics the rights of their roles on Kafka, from whatever host they come. */
public final class RightSetup {

    private final Admin admin;
    private final String prefix;

    /** @param prefix of the installation's topics */
    public RightSetup(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    /**
     * Gives what is not given yet; takes nothing away.
     *
     * @param principals who has each role, as Kafka names them: {@code User:website}
     * @throws KafkaException with a sentence if the brokers check no rights, or let the caller give none
     */
    public void give(Map<KafkaRole, String> principals) {
        get(admin.createAcls(wanted(principals).toList()).all());
    }

    /** What these principals may do besides in this installation, each a line. */
    public List<String> besides(Map<KafkaRole, String> principals) {
        List<AclBinding> wanted = wanted(principals).toList();
        return principals.values().stream()
                .distinct()
                .map(principal -> new AclBindingFilter(
                        ResourcePatternFilter.ANY,
                        new AccessControlEntryFilter(principal, null, AclOperation.ANY, AclPermissionType.ALLOW)))
                .map(filter -> get(admin.describeAcls(filter).values()))
                .flatMap(Collection::stream)
                .filter(binding -> !wanted.contains(binding))
                .filter(this::concernsInstallation)
                .map(binding -> "%s may %s %s %s"
                        .formatted(
                                binding.entry().principal(),
                                binding.entry().operation(),
                                binding.pattern().resourceType(),
                                binding.pattern().name()))
                .sorted()
                .toList();
    }

    private boolean concernsInstallation(AclBinding binding) {
        String name = binding.pattern().name();
        return name.startsWith(prefix)
                || name.equals(ResourcePattern.WILDCARD_RESOURCE)
                || (binding.pattern().patternType() == PatternType.PREFIXED && prefix.startsWith(name));
    }

    private Stream<AclBinding> wanted(Map<KafkaRole, String> principals) {
        return principals.entrySet().stream().flatMap(entry -> entry.getKey().rights(prefix).stream()
                .flatMap(right -> bindings(right, entry.getValue())));
    }

    private static Stream<AclBinding> bindings(Right right, String principal) {
        return right.operations().stream()
                .map(operation -> new AclBinding(
                        right.resource(), new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    e.getCause() instanceof SecurityDisabledException
                            ? "These brokers check no rights; set authorizer.class.name on them first."
                            : "The brokers did not take the rights; ask with an account that may alter the cluster.",
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for the brokers.", e);
        }
    }
}
