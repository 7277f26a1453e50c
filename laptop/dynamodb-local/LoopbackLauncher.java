import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * Starts DynamoDB Local as its own main class does, with three differences that it has no option for:
 * it listens on one address (its own listens on every interface), it reports the port it really got
 * (so 0 can be asked for, without a race for a free one), and it ends when its standard input ends,
 * so it can't outlive the process that started it, however that died.
 *
 * Usage: LoopbackLauncher HOST PORT [options of DynamoDB Local but -port]. The compiled class is kept beside it,
 * since a Java runtime has no compiler. After a change, with DynamoDBLocal.jar and its libraries on the class path:
 * javac --release 17 -g:none LoopbackLauncher.java
 */
public final class LoopbackLauncher {
  public static void main(String[] args) throws Exception {
    exitWhenInputEnds();
    DynamoDBProxyServer dynamoDb =
        ServerRunner.createServerFromCommandLineArgs(java.util.Arrays.copyOfRange(args, 2, args.length));
    ServerConnector connector = connectorOf(dynamoDb);
    connector.setHost(args[0]);
    connector.setPort(Integer.parseInt(args[1]));
    try {
      dynamoDb.start();
    } catch (java.io.IOException taken) {
      System.err.println(taken.getMessage());
      Runtime.getRuntime().halt(1);
    }
    System.out.println("muster-listening " + connector.getLocalPort());
  }

  private static ServerConnector connectorOf(DynamoDBProxyServer dynamoDb) throws Exception {
    var field = DynamoDBProxyServer.class.getDeclaredField("server");
    field.setAccessible(true);
    return (ServerConnector) ((Server) field.get(dynamoDb)).getConnectors()[0];
  }

  /** Halts without closing: a write that was answered is committed by then, and a crash must be survived anyway. */
  private static void exitWhenInputEnds() {
    Thread watcher = new Thread(() -> {
      try {
        while (System.in.read() >= 0) { /* what is written to us has no meaning, only the end has */ }
      } catch (java.io.IOException broken) {
        // as good as the end
      }
      Runtime.getRuntime().halt(0);
    });
    watcher.setDaemon(true);
    watcher.start();
  }
}
