package fi.lupa.standalone;

/**
 * The broker and the registry that the integration tests run on.
 *
 * <p>The system property {@code lupa.it.infrastructure} says which: {@code embedded}, as in {@code lupa up}, or
 * {@code containers}, as in production. The shared ones are started at first use and live as long as this JVM, so a test
 * must give its topics and subjects names of their own.
 */
public final class Infrastructure {

    private static final boolean CONTAINERS =
            switch (System.getProperty("lupa.it.infrastructure", "embedded")) {
                case "embedded" -> false;
                case "containers" -> true;
                default -> throw new IllegalArgumentException("lupa.it.infrastructure is 'embedded' or 'containers'");
            };

    private Infrastructure() {}

    /** The shared broker. */
    public static String bootstrapServers() {
        return SharedBroker.SERVER.address();
    }

    /** The shared registry's Confluent API. */
    public static String registryUrl() {
        return SharedRegistry.SERVER.address();
    }

    /** A broker of the caller's own, running. */
    public static Server ownBroker() {
        return CONTAINERS ? ContainerServer.broker() : EmbeddedServer.broker();
    }

    /** A registry of the caller's own, running. */
    public static Server ownRegistry() {
        return CONTAINERS ? ContainerServer.registry() : EmbeddedServer.registry();
    }

    private static Server closedWithThisJvm(Server server) {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
    }

    private static final class SharedBroker {
        static final Server SERVER = closedWithThisJvm(ownBroker());
    }

    private static final class SharedRegistry {
        static final Server SERVER = closedWithThisJvm(ownRegistry());
    }
}
