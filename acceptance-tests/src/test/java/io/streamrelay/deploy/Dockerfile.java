package io.streamrelay.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** deploy/docker/Dockerfile, which has a stage for each image and those that make their parts. */
record Dockerfile(Map<String, Stage> stages) {
  static final Path FILE = Path.of("..", "deploy", "docker", "Dockerfile");
  private static final Pattern FROM = Pattern.compile("(\\S+) AS (\\S+)");
  private static final Pattern SETTING = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|(\\S+))");

  /**
   * @param word such as COPY
   * @param arguments on one line
   */
  record Instruction(String word, String arguments) {}

  /**
   * @param base an image, or the name of an earlier stage
   * @param instructions after FROM
   */
  record Stage(String name, String base, List<Instruction> instructions) {
    List<String> all(String word) {
      return instructions.stream()
          .filter(instruction -> instruction.word().equals(word))
          .map(Instruction::arguments)
          .toList();
    }

    /** The arguments of the last such instruction, null if there is none. */
    @Nullable String last(String word) {
      List<String> all = all(word);
      return all.isEmpty() ? null : all.getLast();
    }

    List<String> entrypoint() {
      return JsonMapper.shared()
          .readValue(
              Objects.requireNonNull(last("ENTRYPOINT")), new TypeReference<List<String>>() {});
    }
  }

  /** Throws for what isn't of the form that ours has, such as a stage without a name. */
  static Dockerfile read() throws IOException {
    String lines =
        Files.readString(FILE).replaceAll("(?m)^\\s*#.*\\R", "").replaceAll("\\\\\\R\\s*", " ");
    Map<String, Stage> stages = new LinkedHashMap<>();
    List<Instruction> instructions = List.of();
    for (String line : lines.lines().filter(line -> !line.isBlank()).toList()) {
      String[] parts = line.strip().split("\\s+", 2);
      if (parts[0].equals("FROM")) {
        Matcher from = FROM.matcher(parts[1]);
        if (!from.matches()) {
          throw new IllegalArgumentException(line);
        }
        instructions = new ArrayList<>();
        stages.put(from.group(2), new Stage(from.group(2), from.group(1), instructions));
      } else {
        instructions.add(new Instruction(parts[0], parts[1]));
      }
    }
    return new Dockerfile(stages);
  }

  Stage stage(String name) {
    Stage stage = stages.get(name);
    if (stage == null) {
      throw new IllegalArgumentException("no stage " + name + " in " + stages.keySet());
    }
    return stage;
  }

  /** A stage after those that it is made from. */
  List<Stage> upTo(String name) {
    List<Stage> chain = new ArrayList<>();
    for (Stage stage = stages.get(name); stage != null; stage = stages.get(stage.base())) {
      chain.addFirst(stage);
    }
    return chain;
  }

  /** What processes of a stage have in their environment by ENV. */
  Map<String, String> environment(String name) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Stage stage : upTo(name)) {
      for (String settings : stage.all("ENV")) {
        Matcher setting = SETTING.matcher(settings);
        while (setting.find()) {
          environment.put(
              setting.group(1), setting.group(2) != null ? setting.group(2) : setting.group(3));
        }
      }
    }
    return environment;
  }

  /** The last WORKDIR. */
  String folder(String name) {
    String folder = "/";
    for (Stage stage : upTo(name)) {
      String last = stage.last("WORKDIR");
      folder = last == null ? folder : last;
    }
    return folder;
  }
}
