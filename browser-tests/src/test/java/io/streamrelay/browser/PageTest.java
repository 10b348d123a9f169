package io.streamrelay.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.AriaRole;
import io.streamrelay.acceptance.RelaySystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does with the page. An answer that is whole says so itself ("✓ complete"): the page
 * has compared length and SHA-256 of what it read with what is saved.
 */
@Timeout(120)
final class PageTest {
  /** Long enough that everything happens in the middle of it. */
  private static final String SLOW = "demo-t160-i50";

  private static final String QUICK = "demo-t30-i5";
  private static final double PATIENCE_MILLIS = 45_000;

  @TempDir static Path folder;
  private static RelaySystem system;
  private static Chromium chromium;

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    chromium = new Chromium();
    system = RelaySystem.start(folder, 1, 1, Map.of());
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (system != null) {
      system.close();
    }
  }

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    page = tab(system.url(0) + "/");
  }

  @AfterEach
  void close() {
    context.close();
  }

  private Page tab(String url) {
    Page tab = context.newPage();
    tab.setDefaultTimeout(PATIENCE_MILLIS);
    tab.onPageError(complaints::add);
    tab.navigate(url);
    return tab;
  }

  private void ask(String question, String model) {
    page.getByLabel("Model", new Page.GetByLabelOptions().setExact(true))
        .selectOption(new com.microsoft.playwright.options.SelectOption().setLabel("demo…"));
    page.getByLabel("Name of the model").fill(model);
    page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true)).fill(question);
    button(page, "Send").click();
  }

  private static Locator button(Page tab, String name) {
    return tab.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator answers(Page tab) {
    return tab.locator(".turn .answer .text");
  }

  /** Waits until the newest answer has some text, and is still being written. */
  private static void awaitSomeText(Page tab) {
    tab.waitForFunction(
        "() => { const t = document.querySelector('.turn:last-child');"
            + " return t?.ariaBusy === 'true' && t.querySelector('.text').innerText.length > 40 }");
  }

  private static void awaitComplete(Page tab) {
    assertThat(tab.locator(".turn:last-child [data-mark=proof]"))
        .containsText("complete", new ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
  }

  private static void awaitStatus(Page tab, String status) {
    assertThat(tab.locator(".turn:last-child"))
        .hasAttribute("data-status", status, new HasAttributeOptions().setTimeout(PATIENCE_MILLIS));
  }

  @Test
  void send_streamsTheAnswerAndSaysHowFast() {
    ask("Tell me a story", SLOW);
    awaitSomeText(page);
    assertThat(page.locator("#connection")).hasText("live");
    assertThat(page.locator("[data-mark=rate]")).containsText("tokens/s");
    awaitComplete(page);
    assertThat(page.locator("[data-mark=summary]")).containsText("160 tokens");
    assertThat(page.locator("[data-mark=summary]")).containsText("tokens/s");
    assertThat(page.locator("[data-mark=rate]")).isHidden();
    ask("And another", QUICK);
    assertThat(page.locator(".turn")).hasCount(2);
    awaitComplete(page);
    assertThat(complaints).isEmpty();
  }

  @Test
  void reload_inMidAnswerLosesNothing() {
    ask("Tell me a story", SLOW);
    awaitSomeText(page);
    page.reload();
    awaitSomeText(page);
    page.reload();
    awaitComplete(page);
    assertThat(page.locator(".turn")).hasCount(1);
    String live = answers(page).innerText();
    page.reload();
    awaitStatus(page, "ended");
    assertThat(answers(page)).hasText(live);
    assertThat(complaints).isEmpty();
  }

  @Test
  void secondTab_readsTheSameAnswerAndSeesTheNextOneByItself() {
    ask("Tell me a story", SLOW);
    awaitSomeText(page);
    Page second = tab(page.url());
    awaitSomeText(second);
    awaitComplete(page);
    awaitComplete(second);
    assertThat(answers(second)).hasText(answers(page).innerText());
    ask("And another", QUICK);
    awaitComplete(page);
    assertThat(second.locator(".turn")).hasCount(2);
    awaitComplete(second);
    assertThat(complaints).isEmpty();
  }

  @Test
  void stop_endsTheAnswerOnEveryTabAndKeepsWhatWasSaid() {
    ask("Tell me a story", "demo-t4000-i50");
    awaitSomeText(page);
    Page second = tab(page.url());
    awaitSomeText(second);
    button(second, "Stop").click();
    awaitStatus(second, "cancelled");
    awaitStatus(page, "cancelled");
    assertThat(page.locator("[data-mark=status]")).hasText("Stopped.");
    assertThat(answers(page).innerText()).hasSizeGreaterThan(40);
    assertThat(answers(page)).hasText(answers(second).innerText());
    assertThat(button(page, "Stop")).isHidden();
    assertThat(complaints).isEmpty();
  }

  @Test
  void gatewayKilled_theAnswerGoesOnWhereItStopped() throws Exception {
    ask("Tell me a story", SLOW);
    awaitSomeText(page);
    system.gateway(0).kill();
    assertThat(page.locator("#connection")).containsText("connection lost");
    system.replaceGateway(0);
    awaitComplete(page);
    assertThat(page.locator("[data-mark=resumed]")).containsText("resumed after");
    assertThat(page.locator("[data-mark=attempt]:visible")).hasCount(0);
    assertThat(page.locator(".turn")).hasCount(1);
    assertThat(complaints).isEmpty();
  }

  @Test
  void sessionList_opensRenamesAndDeletes() {
    ask("First question", QUICK);
    awaitComplete(page);
    String first = page.url();
    button(page, "New conversation").click();
    ask("Second question", QUICK);
    awaitComplete(page);
    assertThat(page.locator("#sessions .title").first()).hasText("Second question");
    Locator firstRow = page.locator("[data-session='" + first.split("#")[1] + "']");
    firstRow.locator(".title").click();
    assertThat(page.locator(".question")).containsText("First question");
    assertThat(page).hasURL(first);
    page.onceDialog(dialog -> dialog.accept("My <b>title</b>"));
    firstRow.locator(".rename").click();
    assertThat(firstRow.locator(".title")).hasText("My <b>title</b>");
    page.onceDialog(dialog -> dialog.accept());
    firstRow.locator(".delete").click();
    assertThat(firstRow).hasCount(0);
    assertThat(page.locator(".turn")).hasCount(0);
    page.goBack();
    assertThat(page.locator(".turn")).hasCount(0);
    assertThat(complaints).isEmpty();
  }
}
